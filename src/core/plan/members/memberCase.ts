import { groupBy } from '../../topology/groupBy';
import type { ClusterNode, Topology } from '../../topology/types';
import { slotsText } from '../../topology/wording';
import { count, joinSome } from '../phrases';
import { PlanError } from '../planError';

/** One cluster whose membership a plan changes, in the eyes of one topology. */
export interface MemberCase {
  topology: Topology;
  /** Who is listed by the others, when it answers by half of them at least; of a cluster of one, that one. */
  members: readonly ClusterNode[];
  /** Who elects: the masters with slots. */
  voters: readonly ClusterNode[];
  /** Voters that answer and that nobody doubts. */
  ableVoters: readonly ClusterNode[];
}

/**
 * The cluster a node belongs to, or lists though it was forgotten there; without a node the one with the most slots. Throws
 * a PlanError `noCluster` when there is none.
 */
export function memberCase(topology: Topology, node?: ClusterNode): MemberCase {
  const found = findMemberCase(topology, node);
  if (found) return found;
  throw new PlanError('noCluster', `${node ? `${node.address} is in no cluster` : 'There is no cluster'}.`, {
    remedy: 'Create one first, or add one whose masters serve slots.',
  });
}

/** The same; undefined when there is none. */
export function findMemberCase(topology: Topology, node?: ClusterNode): MemberCase | undefined {
  const clusters = findComponents(topology.nodes);
  const cluster = node
    ? clusters.find(nodes => nodes.includes(node))
    : clusters.reduce((best, nodes) => (slotCount(nodes) > slotCount(best) ? nodes : best), []);
  if (!cluster) return undefined;
  const looks = cluster.filter(({ reachable }) => reachable).length;
  const members =
    cluster.length === 1
      ? cluster.filter(({ slots }) => !slots.isEmpty)
      : cluster.filter(node => isListed(node, looks));
  const voters = members.filter(isVoter);
  if (voters.length === 0) return undefined;
  return { topology, members, voters, ableVoters: voters.filter(isAble) };
}

export function hasMajority({ voters, ableVoters }: MemberCase): boolean {
  return ableVoters.length * 2 > voters.length;
}

/** Reachable, and doubted by nobody. */
export function isAble({ reachable, status }: ClusterNode): boolean {
  return reachable && (status === 'ok' || status === 'spare');
}

/** Members a command can be sent to. */
export function answering({ members }: MemberCase): ClusterNode[] {
  return members.filter(({ reachable, status }) => reachable && status !== 'failed');
}

export function isMember({ members }: MemberCase, { id }: { id: string }): boolean {
  return members.some(member => member.id === id);
}

export function memberById({ members }: MemberCase, id: string | undefined): ClusterNode | undefined {
  return members.find(member => member.id === id);
}

export function replicasOf({ members }: MemberCase, { id }: { id: string }): ClusterNode[] {
  return members.filter(({ role, masterId }) => role === 'replica' && masterId === id);
}

/**
 * Refuses what must not be done to a cluster in this state: `noMajority`; for the shards of `touched` (masters)
 * `slotsDisputed` and `openSlots`.
 */
export function refuseUnsafe(subject: MemberCase, touched: readonly ClusterNode[]): void {
  refuseWithoutMajority(subject);
  for (const master of touched) {
    refuseDispute(subject, master);
    refuseOpenSlots(subject, master);
  }
}

// A node that came back after it was forgotten shows up with some for a moment, again and again (Valkey 8.1 and newer).
function isListed({ id, seenBy, reachable, slots }: ClusterNode, looks: number): boolean {
  if (reachable && looks === 1) return !slots.isEmpty;
  const needed = reachable ? (looks - 1) / 2 : 1;
  // Most often enough do without asking who they are: looking for one among a thousand, a thousand times, adds up.
  return seenBy.length - 1 >= needed || seenBy.filter(viewer => viewer !== id).length >= needed;
}

/** Nodes that know of each other, directly or through others, in the order of the topology. */
function findComponents(nodes: readonly ClusterNode[]): ClusterNode[][] {
  const indexOf = new Map(nodes.map(({ id }, index) => [id, index]));
  // Every node points to one of its component, the last in the chain to itself.
  const leaders = nodes.map((_, index) => index);
  const leaderOf = (index: number): number => {
    while (leaders[index] !== index) index = leaders[index] = leaders[leaders[index]!]!;
    return index;
  };
  let components = nodes.length;
  for (const [index, { seenBy }] of nodes.entries()) {
    // Everybody lists everybody, most often: one node tells it all.
    if (components === 1) break;
    for (const viewer of seenBy) {
      const other = indexOf.get(viewer);
      if (other === undefined) continue;
      const [one, two] = [leaderOf(index), leaderOf(other)];
      if (one === two) continue;
      leaders[Math.max(one, two)] = Math.min(one, two);
      components--;
    }
  }
  return [...groupBy(nodes, node => leaderOf(indexOf.get(node.id)!)).values()];
}

function slotCount(nodes: readonly ClusterNode[]): number {
  return nodes.reduce((sum, { slots }) => sum + slots.count, 0);
}

function isVoter({ role, slots }: ClusterNode): boolean {
  return role === 'master' && !slots.isEmpty;
}

function refuseWithoutMajority(subject: MemberCase): void {
  if (hasMajority(subject)) return;
  const { voters, ableVoters } = subject;
  const missing = voters.filter(voter => !ableVoters.includes(voter)).map(({ address }) => address);
  throw new PlanError(
    'noMajority',
    `Only ${ableVoters.length} of ${count(voters.length, 'master')} answer and are in no doubt, which is no majority (${joinSome(missing)} ${missing.length === 1 ? 'is' : 'are'} not): the cluster must not be changed now.`,
    { remedy: 'Bring masters back, or mend the network to them, until a majority answers.' },
  );
}

function refuseDispute({ topology }: MemberCase, master: ClusterNode): void {
  const dispute = topology.disagreements.find(
    ({ kind, nodeIds }) => kind === 'slotOwner' && nodeIds.includes(master.id),
  );
  if (!dispute) return;
  throw new PlanError('slotsDisputed', `The nodes do not agree about the slots of ${master.address}. ${dispute.text}`, {
    node: master.address,
    remedy: 'Wait some seconds; if it stays so, fix the cluster first.',
  });
}

function refuseOpenSlots({ members }: MemberCase, master: ClusterNode): void {
  const open = openSlotsOf(members, master.id);
  if (open.length === 0) return;
  throw new PlanError('openSlots', `${openSlotsText(open, master.address)}.`, {
    node: master.address,
    remedy: 'Finish the move or roll it back first: "Fix" shows both.',
  });
}

/** Slots on their way to or from a node, by the word of either end. */
export function openSlotsOf(members: readonly ClusterNode[], id: string): number[] {
  const opening = members.filter(({ openSlots }) => openSlots.length > 0);
  const slots = opening.flatMap(node =>
    node.openSlots.filter(({ peerId }) => node.id === id || peerId === id).map(({ slot }) => slot),
  );
  return [...new Set(slots)].sort((a, b) => a - b);
}

/** No full stop. */
export function openSlotsText(open: readonly number[], address: string): string {
  return `${count(open.length, 'slot')} of ${address} ${open.length === 1 ? 'is' : 'are'} being moved (${joinSome(open.map(String), 6)}), and its shard must not change meanwhile`;
}

/** `slots 0-5460`, `no slots`. */
export function servesText({ slots }: ClusterNode): string {
  return slots.isEmpty ? 'no slots' : slotsText(slots);
}
