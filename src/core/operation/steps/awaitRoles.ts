import { joinSome } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import { ownLineOf } from '../../topology/ownLine';
import { SlotSet } from '../../topology/slotSet';
import type { NodeLine, NodeView } from '../../topology/types';
import { OperationError } from '../operationError';
import { settleEach } from './eachNode';
import { hasTakenOver, isStillReplica } from './failoverState';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { poll } from '../../connection/poll';
import type { RunStep, StepContext, StepOf } from './types';

type AwaitRoles = StepOf<'awaitRoles'>;

/** Gossip carries an old master's new role within half the node timeout, 7.5 s by default. */
const deadlineMilliseconds = 60_000;
/** A node that won with the votes of an earlier election is demoted again within 50 ms. */
const stableMilliseconds = 1000;

/** A sibling follows the new master within milliseconds, or not at all. */
const chainPatienceMilliseconds = 3000;

/** What keeps the failover from being complete. */
interface Objection {
  node: NodeRef;
  text: string;
  /** All is decided; `copying`: data is under way, `gossip`: a view shows the old role of a follower that knows its new one. */
  rest?: 'copying' | 'gossip';
}

/**
 * Reads the success of a failover back: for a second without a break the new master, the old one and its replicas (those that
 * answer), a majority of the voters and every other view agree on who owns the slots, with a config epoch above the old
 * master's; then until every view shows the followers' new roles too. Throws an OperationError `failoverReverted` or
 * `rolesNotSettled`.
 */
export const awaitRoles: RunStep<'awaitRoles'> = async (step, context) => {
  let objections: Objection[] = [];
  let agreedSince: number | undefined;
  let absent: readonly NodeRef[] = [];
  let mendAt = chainPatienceMilliseconds;
  const agreed = await poll(
    async elapsed => {
      const asked = performance.now();
      const sight = await lookAtMembers(step.nodes, context);
      refuseReversal(sight, step);
      objections = objectionsOf(sight, step);
      if (elapsed >= mendAt) {
        mendAt = elapsed + chainPatienceMilliseconds;
        await mendChains(sight, step, context);
      }
      absent = step.nodes.filter(({ id }) => !sight.views.has(id));
      const [first] = objections;
      if (objections.every(({ rest }) => rest === 'gossip')) agreedSince ??= asked;
      else agreedSince = undefined;
      if (first) context.report(`${first.node.address}: ${first.text}.`, agreedSince === undefined ? 0.2 : 0.5);
      else context.report('All views agree; waiting whether it stays so.', 0.8);
      return !first && agreedSince !== undefined && asked - agreedSince >= stableMilliseconds ? true : undefined;
    },
    { signal: context.signal, timeoutMilliseconds: deadlineMilliseconds, intervalMilliseconds: 50 },
  );
  if (!agreed && objections.some(({ rest }) => rest === undefined)) throw notSettled(step, objections);
  for (const { node, text } of agreed ? [] : objections) context.note(`${node.address}: ${text}.`);
  noteAbsent(absent, step, context);
};

function refuseReversal({ views }: MembersSight, step: AwaitRoles): void {
  const own = ownLineOf(views.get(step.replica.id));
  if (!isStillReplica(own, step)) return;
  const what = `${step.replica.address} was the master for a moment and is a replica of ${step.master.address} again: it won with votes of an earlier election, and the others did not accept it.`;
  throw new OperationError('failoverReverted', what, {
    node: step.replica.address,
    remedy: `Writes that went to ${step.replica.address} in that moment are lost, and writes to ${step.master.address} may be paused for 5 s. Try again after 4 x cluster-node-timeout.`,
  });
}

/**
 * A sibling that heard from the old master that it is a replica now, before it heard of the new one, stays that one's replica
 * (Redis 7.0 to 8.6, clusterUpdateSlotsConfigWith): it is told whom to follow.
 */
async function mendChains({ views }: MembersSight, step: AwaitRoles, context: StepContext): Promise<void> {
  const { replica, master, siblings } = step;
  const old = ownLineOf(views.get(master.id));
  const isSettled = hasTakenOver(ownLineOf(views.get(replica.id)), step) && old?.masterId === replica.id;
  const chained = siblings.filter(({ id }) => ownLineOf(views.get(id))?.masterId === master.id);
  if (!isSettled || chained.length === 0) return;
  await settleEach(chained, ({ address }) => context.nodes.node(address).command(['CLUSTER', 'REPLICATE', replica.id]));
  context.note(
    `${joinSome(chained.map(({ address }) => address))} still followed ${master.address}, a replica itself now, and ${chained.length === 1 ? 'was' : 'were'} told to follow ${replica.address}.`,
  );
}

function objectionsOf({ views }: MembersSight, step: AwaitRoles): Objection[] {
  const { replica, master, siblings, epoch } = step;
  const view = views.get(replica.id);
  const own = ownLineOf(view);
  if (!view || !own) return [{ node: replica, text: 'it does not answer' }];
  if (own.configEpoch <= epoch) return [{ node: replica, text: `its config epoch is still ${own.configEpoch}` }];
  const found: Objection[] = [];
  for (const node of step.nodes) {
    const nodeView = views.get(node.id);
    const owner = nodeView && ownerObjection(nodeView, own, step);
    if (owner !== undefined) found.push({ node, text: owner });
    found.push(...followerObjections(node, nodeView, views, step));
  }
  if (step.mode !== 'takeover') {
    const voters = view.lines.filter(line => line.flags.includes('master') && !line.slots.isEmpty);
    const heard = voters.filter(({ id }) => views.has(id)).length;
    if (heard * 2 <= voters.length && voters.length > 0)
      found.push({ node: replica, text: `only ${heard} of ${voters.length} masters can be asked whether they agree` });
  }
  for (const node of [master, ...siblings]) {
    const follower = views.get(node.id);
    if (follower && ownLineOf(follower)?.flags.includes('slave')) found.push(...linkObjection(node, follower));
  }
  return found;
}

/** What is not as planned about the new master in one view. */
function ownerObjection({ lines }: NodeView, own: NodeLine, step: AwaitRoles): string | undefined {
  const { replica } = step;
  const line = lines.find(({ id }) => id === replica.id);
  if (!line?.flags.includes('master')) return `it does not see ${replica.address} as a master`;
  if (!SlotSet.parse(step.slots).difference(line.slots).isEmpty)
    return `it sees ${replica.address} with the slots ${line.slots.toString() || 'none'}`;
  if (line.configEpoch !== own.configEpoch)
    return `it sees ${replica.address} with the config epoch ${line.configEpoch} instead of ${own.configEpoch}`;
  return undefined;
}

/** What one view shows that is not as planned about those that shall follow it, itself perhaps. */
function followerObjections(
  viewer: NodeRef,
  view: NodeView | undefined,
  views: MembersSight['views'],
  step: AwaitRoles,
): Objection[] {
  const { replica, master, siblings } = step;
  const lines = new Map(view?.lines.map(line => [line.id, line]));
  return [master, ...siblings].flatMap((node): Objection[] => {
    const line = lines.get(node.id);
    // Who is not there keeps its old line until it is back.
    if (!line || !views.has(node.id)) return [];
    if (line.flags.includes('slave') && line.masterId === replica.id) return [];
    if (node === master && keepsNoSlots(step) && line.slots.isEmpty) return [];
    if (node.id === viewer.id) return [{ node, text: `it does not follow ${replica.address} yet` }];
    const text = `it does not see ${node.address} as a replica of ${replica.address}`;
    return [{ node: viewer, text, rest: 'gossip' }];
  });
}

// Only a lost slot tells a master that it is replaced: without any it stays an empty master (Redis).
function keepsNoSlots({ slots, mode }: AwaitRoles): boolean {
  return mode === 'takeover' && slots === '';
}

function linkObjection(node: NodeRef, { serverInfo }: NodeView): Objection[] {
  if (serverInfo.masterLink === 'up') return [];
  return serverInfo.syncing
    ? [{ node, text: 'it is still copying the data of its new master', rest: 'copying' }]
    : [{ node, text: 'its link to its new master is down' }];
}

function notSettled({ replica, slots }: AwaitRoles, objections: readonly Objection[]): OperationError {
  const texts = objections.slice(0, 6).map(({ node, text }) => `${node.address}: ${text}.`);
  const what = `${replica.address} took ${slots === '' ? 'over' : `the slots ${slots}`}, but not all nodes agree after ${deadlineMilliseconds / 1000} s. ${texts.join(' ')}`;
  return new OperationError('rolesNotSettled', what, {
    node: objections[0]?.node.address,
    remedy: 'Look at the network between the nodes named and at their logs, then check the cluster.',
  });
}

function noteAbsent(absent: readonly NodeRef[], { master, replica, mode }: AwaitRoles, { note }: StepContext): void {
  const others = absent.filter(({ id }) => id !== master.id).map(({ address }) => address);
  if (absent.some(({ id }) => id === master.id))
    note(
      `${master.address} does not answer; when it is back it becomes a replica of ${replica.address}, and writes only it has are dropped.${mode === 'takeover' ? ' Until then keep clients away from it.' : ''}`,
    );
  if (others.length > 0) note(`${joinSome(others)} did not answer and could not be asked whether they agree.`);
}
