import { count, joinSome } from '../../plan/phrases';
import type { NodeRef, Plan } from '../../plan/types';
import { OperationError } from '../operationError';
import { planNodesOf } from '../planNodes';
import { whatOf } from '../whatOf';
import { lookAtMembers } from './lookAtMembers';
import { majorityObstacle, refuseChange } from './memberObstacles';
import { newcomerGone } from './newcomerGone';
import { poll } from '../../connection/poll';
import { refusalText } from './replies';
import { isolate } from './isolate';
import { refuseLastCopy } from './lastCopy';
import { lookAtSelfLoaded, standsAlone, type SelfSight } from './selfSight';
import { changed, whyStillNeeded } from './stillNeeded';
import type { RunStep, StepContext, StepOf } from './types';

/** After a failover, gossip carries the followers' new roles within half the node timeout. */
const settleTimeoutMilliseconds = 20_000;

/**
 * Empties a node that leaves. Once begun it is not cancelled: half a departure is worse than either end. Throws an
 * OperationError `noMajority`, `nodeGone`, `hasSlots`, `hasKeys`, `lastCopy`, `replicaFollows`, `stillListed`, `otherNode`,
 * `resetRefused` or `notAlone`, or a ConnectionError when the node does not answer.
 */
export const resetNode: RunStep<'resetNode'> = async (step, context) => {
  const { nodes, signal, report } = context;
  const { node } = step;
  signal.throwIfAborted();
  report(`Looking whether ${node.address} is still needed.`);
  const sight = await lookAtSelfLoaded(node, nodes);
  if (sight.own.id !== node.id) return acceptOther(step, sight);
  await awaitUnneeded(step, context);
  const now = await lookAtSelfLoaded(node, nodes);
  refuseKeys(step, now, context.plan);
  // What a person agreed to lose by name may go.
  if (context.plan.risk !== 'losesData') await refuseLastCopy(node, now, planNodesOf(context.plan), nodes);
  signal.throwIfAborted();
  report(`Resetting ${node.address}.`, 0.3);
  if (step.deletesKeys && now.own.flags.includes('master') && now.info.keys > 0) await flush(step, context);
  const others = planNodesOf(context.plan).filter(({ address }) => address !== node.address);
  // Its old id is forgotten by a step of its own.
  const known = new Set(context.plan.before.nodes.map(({ id }) => id));
  const { failure } = await isolate(node, others, known, nodes);
  if (failure !== undefined) throw failure;
};

// Reset by an attempt that was killed before it could write that down.
function acceptOther({ node }: StepOf<'resetNode'>, sight: SelfSight): void {
  if (standsAlone(sight)) return;
  throw new OperationError('otherNode', `Another node answers at ${node.address} now, and it is in use.`, {
    node: node.address,
    remedy: 'Plan anew from what is there.',
  });
}

/** Until a majority answers, none of whom sees it with slots or followed by a replica; with `deletesKeys` few may list it. */
async function awaitUnneeded(step: StepOf<'resetNode'>, context: StepContext): Promise<void> {
  const others = planNodesOf(context.plan).filter(({ id }) => id !== step.node.id);
  let need: OperationError | undefined;
  const unneeded = await poll(
    async () => {
      need = await needFor(step, others, context);
      if (need) context.report(whatOf(need));
      return need === undefined ? true : undefined;
    },
    { signal: context.signal, timeoutMilliseconds: settleTimeoutMilliseconds, intervalMilliseconds: 100 },
  );
  if (!unneeded && need) throw need;
}

async function needFor(
  { node, deletesKeys }: StepOf<'resetNode'>,
  others: readonly NodeRef[],
  context: StepContext,
): Promise<OperationError | undefined> {
  const sight = await lookAtMembers(others, context);
  const { views } = sight;
  // A node outside of every cluster has no others.
  const noMajority = others.length > 0 ? majorityObstacle(sight, others) : undefined;
  if (noMajority) return refuseChange([noMajority]);
  const gone = newcomerGone(views, context.record);
  if (gone) return changed(node, 'nodeGone', gone);
  const listers: string[] = [];
  for (const [id, { lines }] of views) {
    const viewer = others.find(other => other.id === id)!.address;
    if (lines.some(each => each.id === node.id)) listers.push(viewer);
    if (deletesKeys) continue;
    const need = whyStillNeeded(node, viewer, lines);
    if (need) return need;
  }
  // A node that came back shows up with some for a moment, again and again (Valkey 8.1 and newer).
  if (deletesKeys && views.size > 0 && listers.length * 2 >= views.size)
    return changed(node, 'stillListed', `${joinSome(listers)} list ${node.address}, so clients may use it.`);
  return undefined;
}

function refuseKeys({ node, deletesKeys }: StepOf<'resetNode'>, { own, info }: SelfSight, { risk }: Plan): void {
  // Keys may only go when the person was told that they would.
  if ((deletesKeys && risk === 'losesData') || own.flags.includes('slave')) return;
  if (!deletesKeys && !own.slots.isEmpty)
    throw new OperationError('hasSlots', `${node.address} has the slots ${own.slots.toString()}.`, {
      node: node.address,
      remedy: 'Plan anew from what the nodes say now.',
    });
  if (info.keys > 0)
    throw new OperationError('hasKeys', `${node.address} is a master and holds ${count(info.keys, 'key')}.`, {
      node: node.address,
      remedy: 'Save what is needed of them, send it FLUSHALL, and plan anew.',
    });
}

async function flush({ node }: StepOf<'resetNode'>, { nodes }: StepContext): Promise<void> {
  const { info } = await lookAtSelfLoaded(node, nodes);
  const timeoutMilliseconds = 10_000 + Math.min(600_000, info.usedMemoryBytes / 20_000);
  try {
    await nodes.node(node.address).command(['FLUSHALL'], { timeoutMilliseconds });
  } catch (error) {
    // It follows a master since a moment ago: the reset deletes its copy.
    if (!refusalText(error).startsWith('READONLY')) throw error;
  }
}
