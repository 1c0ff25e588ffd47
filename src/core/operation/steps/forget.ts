import { joinSome } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import { formatAddress } from '../../topology/address';
import { OperationError } from '../operationError';
import { whatOf } from '../whatOf';
import { forgetEverywhere } from './forgetEverywhere';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { majorityObstacle, refuseChange } from './memberObstacles';
import { newcomerGone } from './newcomerGone';
import { poll } from '../../connection/poll';
import { answersUnchanged } from './selfSight';
import { changed, whyStillNeeded } from './stillNeeded';
import type { RunStep, StepContext, StepOf } from './types';

/** Gossip carries new owners and roles within half the node timeout. */
const settleTimeoutMilliseconds = 20_000;

/**
 * Makes all members forget a node, at once, those too that joined since it was planned: a ban of 60 s on each keeps the
 * others from telling it the node again. Looks before that a majority of the masters answers, that its slots have another
 * owner and nothing follows it. Once begun it is not cancelled. Throws an OperationError `noMajority`, `nodeGone`, `hasSlots`,
 * `replicaFollows`, `nodeReturning`, `forgetRefused`, `stillListed` or `membersSilent`.
 */
export const forget: RunStep<'forget'> = async (step, context) => {
  const { node } = step;
  const { nodes, signal, report, note, tellNode } = context;
  signal.throwIfAborted();
  report(`Looking whether ${node.address} can be forgotten.`);
  const sight = await awaitForgettable(step, context);
  const members = [...step.nodes, ...joinedSince(sight, step)];
  signal.throwIfAborted();
  report(`${members.length} nodes forget ${node.address}.`, 0.5);
  for (const { address } of members) tellNode(address, 'running');
  const answered = (member: NodeRef): boolean => sight.views.has(member.id);
  const { silent, listing } = await forgetEverywhere(members, ({ id }) => id === node.id, nodes, answered);
  const untold = new Set([...silent, ...listing]);
  for (const member of members) tellNode(member.address, untold.has(member) ? 'failed' : 'done');
  // One that comes back this very moment introduces itself again (Valkey 8.1 and newer): the step that watches sees to it.
  if (listing.length > 0 && !(await answersUnchanged(node, nodes)))
    throw new OperationError(
      'stillListed',
      `${joinSome(listing.map(({ address }) => address))} still ${listing.length === 1 ? 'lists' : 'list'} ${node.address} after being told to forget it.`,
      { node: listing[0]!.address, remedy: 'Remove it once more.' },
    );
  // What so many still list is told to the others again as soon as their bans have run out.
  const isMost = silent.length * 2 >= members.length;
  if (isMost && silent.some(answered))
    throw new OperationError(
      'membersSilent',
      `${joinSome(silent.map(({ address }) => address))} did not answer any more and could not be told to forget ${node.address}.`,
      { node: silent[0]!.address, remedy: `When they answer again, remove ${node.address} once more.` },
    );
  if (silent.length > 0)
    note(
      `${joinSome(silent.map(({ address }) => address))} did not answer and could not be told to forget ${node.address}: when ${silent.length === 1 ? 'it is' : 'they are'} back, the others may hear of it again. Remove ${node.address} once more then.`,
    );
};

async function awaitForgettable(step: StepOf<'forget'>, context: StepContext): Promise<MembersSight> {
  let obstacle: OperationError | undefined;
  const sight = await poll(
    async () => {
      const sight = await lookAtMembers(step.nodes, context);
      obstacle = await obstacleIn(sight, step, context);
      if (!obstacle) return sight;
      context.report(whatOf(obstacle));
      return undefined;
    },
    { signal: context.signal, timeoutMilliseconds: settleTimeoutMilliseconds, intervalMilliseconds: 100 },
  );
  if (obstacle) throw obstacle;
  return sight!;
}

async function obstacleIn(
  sight: MembersSight,
  { node, nodes: members }: StepOf<'forget'>,
  context: StepContext,
): Promise<OperationError | undefined> {
  const { views } = sight;
  const noMajority = majorityObstacle(sight, members);
  if (noMajority) return refuseChange([noMajority]);
  let isBegun = false;
  const gone = newcomerGone(views, context.record);
  if (gone) return changed(node, 'nodeGone', gone);
  for (const [id, { lines }] of views) {
    const viewer = members.find(member => member.id === id)!.address;
    const need = whyStillNeeded(node, viewer, lines);
    if (need) return need;
    if (!lines.some(each => each.id === node.id)) isBegun ||= context.mode === 'resume';
  }
  // A living node is reset first; one that was dead must not have come back meanwhile.
  if (isBegun || !(await answersUnchanged(node, context.nodes))) return undefined;
  throw changed(node, 'nodeReturning', `${node.address} is back: it answers again, and was not emptied.`);
}

/** Who joined after this was planned would tell the others of the node again. */
function joinedSince({ views }: MembersSight, { node, nodes: members }: StepOf<'forget'>): NodeRef[] {
  const known = new Set(members.map(({ id }) => id));
  const joined = new Map<string, NodeRef>();
  for (const { lines } of views.values())
    for (const line of lines) {
      const ref = { id: line.id, address: formatAddress(line) };
      const isIt = ref.id === node.id || ref.address === node.address;
      const isThere = line.linkConnected && !line.flags.some(flag => absent.has(flag));
      if (!known.has(ref.id) && !isIt && isThere) joined.set(ref.id, ref);
    }
  return [...joined.values()];
}

const absent: ReadonlySet<string> = new Set(['handshake', 'noaddr', 'fail']);
