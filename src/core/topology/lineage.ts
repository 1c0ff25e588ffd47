import type { ClusterNode, Shard, Topology } from './types';

/** What was known before a look: by it a shard keeps its id, whatever slots come and go and whoever leads it. */
export interface Lineage {
  /** Node id -> id of the shard it was in last. */
  shardIds: ReadonlyMap<string, string>;
  /** Those of the look before. */
  shards: readonly Shard[];
}

/** `remembered` (node id -> shard id) counts for nodes the look before tells nothing of. */
export function lineageOf(
  previous: Pick<Topology, 'nodes' | 'shards'> | undefined,
  remembered: Readonly<Record<string, string>> = {},
): Lineage {
  const shardIds = new Map(Object.entries(remembered));
  for (const { id, masterId, replicaIds, slots } of previous?.shards ?? []) {
    if (slots.isEmpty && !isMainShard({ id })) continue;
    for (const member of masterId === undefined ? replicaIds : [masterId, ...replicaIds]) shardIds.set(member, id);
  }
  for (const { id, formerShardId } of previous?.nodes ?? [])
    if (formerShardId !== undefined) shardIds.set(id, formerShardId);
  return { shardIds, shards: previous?.shards ?? [] };
}

/** Those of the main cluster that have slots. */
export function servingShards({ shards }: Pick<Topology, 'shards'>): Shard[] {
  return shards.filter(shard => !shard.slots.isEmpty && isMainShard(shard));
}

/** Only shards of the main cluster are called after a slot: a second cluster among the nodes has the same slots again. */
export function isMainShard({ id }: Pick<Shard, 'id'>): boolean {
  return id.startsWith('slot-');
}

/**
 * Master id -> the id of its shard, of the main cluster: the one it was in, as its master or as the replica that took over;
 * else the one whose slots it has all taken, if nobody else goes by that; else a new one after its first slot. No two are
 * equal, and none is that of a shard which a node of `nodes` was in and this one was not. Masters that never had slots are
 * left out.
 */
export function nameShards(
  masters: readonly ClusterNode[],
  nodes: readonly ClusterNode[],
  { shardIds, shards }: Lineage,
): Map<string, string> {
  const formerMasters = new Map(shards.map(({ id, masterId }) => [id, masterId]));
  const led = (node: ClusterNode): boolean => formerMasters.get(shardIds.get(node.id) ?? '') === node.id;
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (node: ClusterNode, id: string | undefined): void => {
    if (id === undefined || !isMainShard({ id }) || taken.has(id) || names.has(node.id)) return;
    names.set(node.id, id);
    taken.add(id);
  };

  // Who serves comes before who lost all, who led it before who only followed.
  const ranked = [...masters].sort(
    (a, b) =>
      Number(a.slots.isEmpty) - Number(b.slots.isEmpty) ||
      Number(led(b)) - Number(led(a)) ||
      b.slots.count - a.slots.count ||
      (a.id < b.id ? -1 : 1),
  );
  for (const node of ranked) give(node, shardIds.get(node.id));
  const unnamed = ranked.filter(({ id, slots }) => !slots.isEmpty && !names.has(id));
  for (const node of unnamed) give(node, shards.find(({ slots }) => slots.has(node.slots.first!))?.id);
  for (const { id } of nodes) taken.add(shardIds.get(id) ?? '');
  for (const node of unnamed) {
    const id = `slot-${node.slots.first}`;
    give(node, taken.has(id) ? `${id}-${node.id}` : id);
  }
  return names;
}
