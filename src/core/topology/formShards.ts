import { groupBy } from './groupBy';
import { isMainShard, nameShards, type Lineage } from './lineage';
import { SlotSet } from './slotSet';
import type { ClusterNode, Shard } from './types';

/**
 * Masters with their replicas, those without slots last, else in the order of the slots they had first: a shard keeps its
 * place while slots move. Only the shards of `mainIds`, the main cluster, are called after a slot.
 */
export function formShards(nodes: readonly ClusterNode[], mainIds: ReadonlySet<string>, lineage: Lineage): Shard[] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const replicas = groupBy(
    nodes.filter(({ role, masterId }) => role === 'replica' && masterId !== undefined),
    ({ masterId }) => topMaster(masterId!, byId),
  );
  const masters = nodes.filter(({ id, role, slots }) => role === 'master' && (!slots.isEmpty || replicas.has(id)));
  const names = nameShards(
    masters.filter(({ id }) => mainIds.has(id)),
    nodes,
    lineage,
  );
  const shards = masters.map((node): Shard => ({
    id: names.get(node.id) ?? `master-${node.id}`,
    masterId: node.id,
    replicaIds: sortedIds(replicas.get(node.id) ?? []),
    slots: node.slots,
  }));
  for (const [masterId, followers] of replicas) {
    if (byId.get(masterId)?.role === 'master') continue;
    shards.push({ id: `master-${masterId}`, replicaIds: sortedIds(followers), slots: SlotSet.empty });
  }
  const places = new Map(shards.map(shard => [shard, placeOf(shard)]));
  return shards.sort((a, b) => places.get(a)! - places.get(b)! || (a.id < b.id ? -1 : 1));
}

/** Masters in the order of their shards, each followed by its replicas; then spares and other live nodes; then failed and unknown ones. */
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

function placeOf(shard: Shard): number {
  const { first } = shard.slots;
  if (first === undefined) return Number.POSITIVE_INFINITY;
  return isMainShard(shard) ? parseInt(shard.id.slice('slot-'.length), 10) : first;
}
