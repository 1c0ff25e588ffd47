import { SlotSet } from './slotSet';
import type { ClusterNode, Shard } from './types';

/**
 * Masters with their replicas, sorted by first slot, those without slots last. Only the shards of `mainIds` are called after
 * their first slot: a second cluster among the nodes has the same slots again.
 */
export function formShards(nodes: readonly ClusterNode[], mainIds: ReadonlySet<string>): Shard[] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const replicas = new Map<string, ClusterNode[]>();
  for (const node of nodes) {
    if (node.role !== 'replica' || node.masterId === undefined) continue;
    const masterId = topMaster(node.masterId, byId);
    const siblings = replicas.get(masterId);
    if (siblings) siblings.push(node);
    else replicas.set(masterId, [node]);
  }

  const shards: Shard[] = [];
  for (const node of nodes) {
    const followers = replicas.get(node.id);
    if (node.role !== 'master' || (node.slots.isEmpty && !followers)) continue;
    const isNamedBySlot = !node.slots.isEmpty && mainIds.has(node.id);
    shards.push({
      id: isNamedBySlot ? `slot-${node.slots.first}` : `master-${node.id}`,
      masterId: node.id,
      replicaIds: sortedIds(followers ?? []),
      slots: node.slots,
    });
  }
  for (const [masterId, followers] of replicas) {
    if (byId.get(masterId)?.role === 'master') continue;
    shards.push({ id: `master-${masterId}`, replicaIds: sortedIds(followers), slots: SlotSet.empty });
  }
  return shards.sort((a, b) => firstSlot(a) - firstSlot(b) || (a.id < b.id ? -1 : 1));
}

/** Masters by first slot, each followed by its replicas; then spares and other live nodes; then failed and unknown ones. */
export function sortNodes(nodes: readonly ClusterNode[], shards: readonly Shard[]): ClusterNode[] {
  const places = new Map<string, number>();
  for (const shard of shards) {
    if (shard.masterId !== undefined) places.set(shard.masterId, places.size);
    for (const id of shard.replicaIds) places.set(id, places.size);
  }
  const placeOf = (node: ClusterNode): number =>
    places.get(node.id) ?? places.size + (node.status === 'spare' || node.status === 'ok' ? 0 : 1);
  return [...nodes].sort((a, b) => placeOf(a) - placeOf(b) || byAddress(a, b));
}

// A replica of a replica (possible for a moment, and in a loop after a takeover) counts for the master above it.
function topMaster(masterId: string, byId: ReadonlyMap<string, ClusterNode>): string {
  const passed = new Set<string>();
  let id = masterId;
  for (;;) {
    const node = byId.get(id);
    if (node?.role !== 'replica' || node.masterId === undefined) return id;
    passed.add(id);
    if (passed.has(node.masterId)) return [...passed].sort()[0]!;
    id = node.masterId;
  }
}

function sortedIds(nodes: readonly ClusterNode[]): string[] {
  return [...nodes].sort(byAddress).map(node => node.id);
}

const hostOrder = new Intl.Collator('en', { numeric: true });

function byAddress(a: ClusterNode, b: ClusterNode): number {
  return hostOrder.compare(a.host, b.host) || a.port - b.port || (a.id < b.id ? -1 : 1);
}

function firstSlot(shard: Shard): number {
  return shard.slots.first ?? Number.POSITIVE_INFINITY;
}
