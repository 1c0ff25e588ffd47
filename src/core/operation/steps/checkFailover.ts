import { electionMemoryMilliseconds, remembersElections } from '../../plan/failover/electionMemory';
import { failoverCase } from '../../plan/failover/failoverCase';
import { findObstacles, type FailoverObstacle } from '../../plan/failover/findObstacles';
import { joinSome, joinWords } from '../../plan/phrases';
import { refusalStart } from '../../plan/planFailover';
import type { FailoverRoles, NodeRef } from '../../plan/types';
import { ownLineOf } from '../../topology/ownLine';
import { OperationError } from '../operationError';
import { electionAge } from './electionAge';
import { hasTakenOver, isStillReplica } from './failoverState';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { poll } from '../../connection/poll';
import { runningMigrations } from './runningMigrations';
import type { RunStep, StepContext, StepOf } from './types';
import { waitOut } from './waitOut';

/** After a failover some views of 7.0 show the old master's new role seconds later. */
const settleTimeoutMilliseconds = 10_000;

/**
 * Looks, before anything is changed, for all that makes a server answer OK to a failover and then not do it. What passes by
 * itself is waited for; then an election the replica may still remember. Throws an OperationError with the code of the
 * planner's obstacle. When the failover has already happened it is done.
 */
export const checkFailover: RunStep<'checkFailover'> = async (step, context) => {
  context.report(`Looking at ${step.nodes.length} nodes.`);
  const settled = await awaitNoObstacle(step, context);
  if (settled === 'done' || step.next !== 'failOver') return;
  const left = await memoryLeft(step, context);
  if (left <= 0) return;
  const why = `${step.replica.address} may have stood for election lately, and its server would mix up two elections.`;
  await waitOut(left, why, context);
  await awaitNoObstacle(step, context);
};

async function awaitNoObstacle(step: StepOf<'checkFailover'>, context: StepContext): Promise<'done' | 'clear'> {
  let obstacles: readonly FailoverObstacle[] = [];
  let dissent: readonly NodeRef[] | undefined;
  const { signal } = context;
  const outcome = await poll(
    async () => {
      const sight = await lookAtMembers(step.nodes, context);
      if (hasTakenOver(ownLineOf(sight.views.get(step.replica.id)), step)) return 'done';
      obstacles = await obstaclesNow(sight, step, context);
      if (obstacles.length === 0) return 'clear';
      if (obstacles.some(({ passes }) => !passes)) throw refuse(step, obstacles);
      dissent = minorityDissent(sight, step, obstacles);
      context.report(`Waiting for this to pass: ${joinWords(obstacles.map(({ text }) => text))}.`);
      return undefined;
    },
    { signal, timeoutMilliseconds: settleTimeoutMilliseconds, intervalMilliseconds: 100 },
  );
  if (outcome) return outcome;
  if (!dissent) throw refuse(step, obstacles);
  context.note(
    `${joinSome(dissent.map(({ address }) => address))} had another picture of the roles; the master and a majority did not, so it was gone on without ${dissent.length === 1 ? 'it' : 'them'}.`,
  );
  return 'clear';
}

async function obstaclesNow(
  { topology, views }: MembersSight,
  step: StepOf<'checkFailover'>,
  context: StepContext,
): Promise<FailoverObstacle[]> {
  const [replica, master] = [step.replica, step.master].map(({ id }) => topology.nodes.find(node => node.id === id));
  if (!replica || !master) return [rolesChanged(`${(replica ? step.master : step.replica).address} is gone`)];
  const obstacles = findObstacles(failoverCase(topology, replica, master, step.mode));
  const own = ownLineOf(views.get(replica.id));
  if (own && !isStillReplica(own, step))
    obstacles.unshift(rolesChanged(`${replica.address} is not its replica any more`));
  if (obstacles.length > 0 || step.mode !== 'graceful') return obstacles;
  return runningMigrations(step.master, views.get(master.id), context.nodes);
}

function rolesChanged(text: string): FailoverObstacle {
  const remedy = 'Plan anew from what the nodes say now.';
  return { code: 'rolesChanged', text, remedy, passes: false };
}

function refuse(roles: FailoverRoles, obstacles: readonly FailoverObstacle[]): OperationError {
  const texts = joinWords(obstacles.map(({ text }) => text));
  const remedies = [...new Set(obstacles.flatMap(({ remedy }) => remedy || []))];
  const start = refusalStart(roles.replica.address, roles.master.address, roles.mode);
  return new OperationError(obstacles[0]!.code, `${start}: ${texts}.`, {
    node: roles.replica.address,
    remedy: remedies.join(' '),
  });
}

/**
 * The nodes with another picture of the roles, when that is the only obstacle left and does not decide: the two themselves
 * and a majority of the voters know that this is the master's replica.
 */
function minorityDissent(
  { views, topology }: MembersSight,
  step: StepOf<'checkFailover'>,
  obstacles: readonly FailoverObstacle[],
): NodeRef[] | undefined {
  if (obstacles.some(({ code }) => code !== 'rolesUnsettled')) return undefined;
  const agrees = ({ id }: { id: string }): boolean => {
    const lines = views.get(id)?.lines ?? [];
    const [replica, master] = [step.replica, step.master].map(node => lines.find(line => line.id === node.id));
    return isStillReplica(replica, step) && master !== undefined && master.flags.includes('master');
  };
  if (!agrees(step.replica) || (step.mode === 'graceful' && !agrees(step.master))) return undefined;
  const voters = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
  if (voters.filter(agrees).length * 2 <= voters.length) return undefined;
  return step.nodes.filter(node => views.has(node.id) && !agrees(node));
}

/** For how long the replica must not stand for election yet, also when nobody measured that before planning. */
async function memoryLeft(step: StepOf<'checkFailover'>, { nodes, topology }: StepContext): Promise<number> {
  const info = topology.nodes.find(({ id }) => id === step.replica.id)?.info;
  // A takeover asks nobody for votes.
  if (step.mode === 'takeover' || (info && !remembersElections(info))) return 0;
  const { quietMilliseconds, nodeTimeoutMilliseconds } = await electionAge(step.replica, nodes);
  return electionMemoryMilliseconds(nodeTimeoutMilliseconds) - quietMilliseconds;
}
