import { openSlotsOf, openSlotsText } from '../../plan/members/memberCase';
import { joinSome, joinWords } from '../../plan/phrases';
import type { FailoverObstacle } from '../../plan/failover/findObstacles';
import type { NodeRef } from '../../plan/types';
import { ownLineOf } from '../../topology/ownLine';
import type { ClusterNode } from '../../topology/types';
import { checkJoiners } from './checkJoiners';
import { hasTakenOver } from './failoverState';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { majorityObstacle, passing, refuseChange } from './memberObstacles';
import { poll } from '../../connection/poll';
import { runningMigrations } from './runningMigrations';
import type { RunStep, StepContext, StepOf } from './types';

/** After a failover some views of 7.0 show the old master's new role seconds later. */
const settleTimeoutMilliseconds = 10_000;

/**
 * Looks, before anything is changed, whether members may change: a majority answers, the shards are quiet, who leaves is what
 * it was and nobody needs it, who joins is empty and fits. What passes by itself is waited for. When it was begun before, who
 * joins has to be what that left. Throws an OperationError.
 */
export const checkMembers: RunStep<'checkMembers'> = async (step, context) => {
  context.report(`Looking at ${step.nodes.length + step.joiners.length} nodes.`);
  const sight = await awaitNoObstacle(step, context);
  await checkJoiners(step, sight, context);
};

async function awaitNoObstacle(step: StepOf<'checkMembers'>, context: StepContext): Promise<MembersSight> {
  const everybody = [...step.nodes, ...step.joiners, ...step.leavers];
  const asked = everybody.filter(({ id }, index) => everybody.findIndex(node => node.id === id) === index);
  let obstacles: FailoverObstacle[] = [];
  let last: MembersSight | undefined;
  const settled = await poll(
    async () => {
      last = await lookAtMembers(asked, context);
      obstacles = await obstaclesIn(last, step, context);
      if (obstacles.length === 0) return last;
      if (obstacles.some(({ passes }) => !passes)) throw refuseChange(obstacles);
      context.report(`Waiting for this to pass: ${joinWords(obstacles.map(({ text }) => text))}.`);
      return undefined;
    },
    { signal: context.signal, timeoutMilliseconds: settleTimeoutMilliseconds, intervalMilliseconds: 100 },
  );
  if (settled) return settled;
  // A few confused viewers decide nothing: who the master is, it and a majority know.
  if (!last || obstacles.some(({ code }) => code !== 'rolesUnsettled')) throw refuseChange(obstacles);
  for (const { text } of obstacles) context.note(`${text}; it was gone on without waiting longer.`);
  return last;
}

async function obstaclesIn(
  sight: MembersSight,
  step: StepOf<'checkMembers'>,
  context: StepContext,
): Promise<FailoverObstacle[]> {
  const touched = await Promise.all(step.touched.map(node => touchedObstacles(node, sight, step, context)));
  const noMajority = majorityObstacle(sight, step.nodes);
  return [
    ...(noMajority ? [noMajority] : []),
    ...touched.flat(),
    ...step.leavers.flatMap(node => leaverObstacles(node, sight, context)),
  ];
}

async function touchedObstacles(
  node: NodeRef,
  { topology, views }: MembersSight,
  { nodes: members }: StepOf<'checkMembers'>,
  context: StepContext,
): Promise<FailoverObstacle[]> {
  if (hasHandedOver(node, { topology, views }, context)) return [];
  const now = topology.nodes.find(({ id }) => id === node.id);
  if (now?.role !== 'master') return [changed(`${node.address} is no master any more`)];
  const found: FailoverObstacle[] = [];
  if (!now.reachable || (now.status !== 'ok' && now.status !== 'spare'))
    found.push(
      passing('masterUnfit', `${node.address} ${now.reachable ? 'is in doubt' : 'does not answer'}`, 'Mend it first.'),
    );
  const known = new Set(members.map(({ id }) => id));
  const open = openSlotsOf(
    topology.nodes.filter(({ id }) => known.has(id)),
    node.id,
  );
  if (open.length > 0)
    found.push({
      code: 'openSlots',
      text: openSlotsText(open, node.address),
      remedy: 'Finish the move or roll it back first.',
      passes: false,
    });
  found.push(...disputes(now, topology));
  return [...found, ...(found.length === 0 ? await runningMigrations(node, views.get(node.id), context.nodes) : [])];
}

/** The plan lets it hand over to another node, and that has happened: an earlier attempt got that far. */
function hasHandedOver(node: NodeRef, { views }: MembersSight, { plan }: StepContext): boolean {
  return plan.steps.some(
    step =>
      step.kind === 'failOver' &&
      step.master.id === node.id &&
      hasTakenOver(ownLineOf(views.get(step.replica.id)), step),
  );
}

function disputes({ id, address }: ClusterNode, { disagreements }: MembersSight['topology']): FailoverObstacle[] {
  return disagreements.flatMap(({ kind, nodeIds, text }) => {
    if (kind === 'slotOwner' && nodeIds.includes(id))
      return [
        passing('slotsDisputed', `the nodes do not agree about the slots of ${address}`, 'Fix the cluster first.'),
      ];
    // The first node is the one the others differ about.
    if (kind === 'role' && nodeIds[0] === id)
      return [passing('rolesUnsettled', text.replace(/\.$/, ''), 'Wait some seconds and plan again.')];
    return [];
  });
}

function leaverObstacles(node: NodeRef, sight: MembersSight, context: StepContext): FailoverObstacle[] {
  const { plan } = context;
  const wasDead = plan.before.nodes.find(({ id }) => id === node.id)?.reachable === false;
  const answers = sight.views.has(node.id);
  const { address } = node;
  if (wasDead) return answers ? [returning(address)] : deadLeaver(node, sight, context);
  const isReset = plan.steps.some(
    (step, index) => step.kind === 'resetNode' && step.node.id === node.id && context.record.hasStarted(index),
  );
  if (isReset) return [];
  if (sight.topology.nodes.some(other => other.address === address && other.id !== node.id && other.reachable))
    return [changed(`another node answers at ${address} now`)];
  if (!answers) return [passing('nodesUnreachable', `${address} does not answer any more`, 'Plan again.')];
  return neededObstacles(node, sight, context);
}

function returning(address: string): FailoverObstacle {
  return {
    code: 'nodeReturning',
    text: `${address} is back: it answers again`,
    remedy: 'Plan anew: as a living node it can stay, or be emptied before it leaves.',
    passes: false,
  };
}

function deadLeaver(node: NodeRef, sight: MembersSight, context: StepContext): FailoverObstacle[] {
  const now = sight.topology.nodes.find(({ id }) => id === node.id);
  if (!now || now.port === 0) return [];
  if (now.status !== 'failed' && !sight.topology.ghosts.includes(node.id))
    return [passing('nodeInDoubt', `the nodes do not call ${node.address} failed any more`, 'Wait, and plan again.')];
  return neededObstacles(node, sight, context);
}

function neededObstacles(node: NodeRef, { topology, views }: MembersSight, { plan }: StepContext): FailoverObstacle[] {
  const isHandingOver = plan.steps.some(({ kind, ...step }) => kind === 'failOver' && isMasterOf(step, node));
  if (isHandingOver) return [];
  const moved = new Set(
    plan.steps.flatMap(step => (step.kind === 'replicate' ? step.replicas.map(({ node: { id } }) => id) : [])),
  );
  const followers = topology.nodes.filter(
    ({ id, role, masterId }) => role === 'replica' && masterId === node.id && !moved.has(id),
  );
  if (followers.length > 0)
    return [
      passing(
        'replicaFollows',
        `${joinSome(followers.map(({ address }) => address))} ${followers.length === 1 ? 'follows' : 'follow'} ${node.address}`,
        'Let them follow another master first.',
      ),
    ];
  // What it says of itself does not count: it may have slept through a failover.
  const viewer = [...views].find(
    ([id, { lines }]) => id !== node.id && lines.some(line => line.id === node.id && !line.slots.isEmpty),
  );
  if (!viewer) return [];
  return [passing('hasSlots', `${viewer[1].address} sees ${node.address} with slots`, 'Move them first.')];
}

function isMasterOf(step: object, { id }: NodeRef): boolean {
  return 'master' in step && (step.master as NodeRef).id === id;
}

function changed(text: string): FailoverObstacle {
  return { code: 'rolesChanged', text, remedy: 'Plan anew from what the nodes say now.', passes: false };
}
