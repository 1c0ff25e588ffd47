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
  const members =
    cluster.length === 1
      ? cluster.filter(({ slots }) => !slots.isEmpty)
      : cluster.filter(node => isListed(node, cluster));
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
function isListed({ id, seenBy, reachable, slots }: ClusterNode, cluster: readonly ClusterNode[]): boolean {
  const listers = seenBy.filter(viewer => viewer !== id).length;
  if (!reachable) return listers > 0;
  const answering = cluster.filter(other => other.reachable && other.id !== id).length;
  return answering === 0 ? !slots.isEmpty : listers * 2 >= answering;
}

function findComponents(nodes: readonly ClusterNode[]): ClusterNode[][] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const neighbours = new Map(nodes.map(({ id }) => [id, new Set<string>()]));
  for (const { id, seenBy } of nodes)
    for (const viewer of seenBy) {
      neighbours.get(id)?.add(viewer);
      neighbours.get(viewer)?.add(id);
    }
  const components: ClusterNode[][] = [];
  const seen = new Set<string>();
  for (const { id } of nodes) {
    if (seen.has(id)) continue;
    const queue = [id];
    seen.add(id);
    for (const next of queue)
      for (const neighbour of neighbours.get(next) ?? [])
        if (byId.has(neighbour) && !seen.has(neighbour)) {
          seen.add(neighbour);
          queue.push(neighbour);
        }
    components.push(queue.map(member => byId.get(member)!));
  }
  return components;
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
    `Only ${ableVoters.length} of ${count(voters.length, 'master')} answer and are in no doubt, which is no majority (${joinSome(missing)} ${missing.length === 1 ? 'is' : 'are'} not): who belongs to the cluster must not be changed now.`,
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
    remedy: 'Finish the move or roll it back first.',
  });
}

/** Slots on their way to or from a node, by the word of either end. */
export function openSlotsOf(members: readonly ClusterNode[], id: string): number[] {
  const slots = members.flatMap(node =>
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
