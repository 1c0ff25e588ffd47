import type { ClusterNode, Shard, Topology } from '../../core/index';

/** What texts about one node need of all the others: worked out once per look, not once per node. */
export interface TopologyFacts {
  nodesById: ReadonlyMap<string, ClusterNode>;
  /** Those with slots, and those without that somebody alive is in. */
  shards: readonly Shard[];
  /** Shard id -> failed nodes that served it before. */
  formerMembers: ReadonlyMap<string, readonly ClusterNode[]>;
  /** Position among `shards`, in slot order, from 1. */
  shardNumbers: ReadonlyMap<string, number>;
  /** All nodes share one host, so that the port alone names a node. */
  oneHost: boolean;
  /** How many members answered, and so can be asked about the others. */
  viewers: number;
}

const known = new WeakMap<Topology, TopologyFacts>();

export function factsOf(topology: Topology): TopologyFacts {
  const facts = known.get(topology) ?? gatherFacts(topology);
  known.set(topology, facts);
  return facts;
}

/** How many shards serve slots; before any has some, how many there are. */
export function shardCount(topology: Topology): number {
  const { shards } = factsOf(topology);
  return shards.filter(({ slots }) => !slots.isEmpty).length || shards.length;
}

/**
 * Down, without slots and following nobody that has some: what it served, another serves now. In no heading does it count
 * as a master, and the shard it was in is named only where that is known (`formerShardId`).
 */
export function isOutOfService(node: ClusterNode, topology: Topology): boolean {
  if (node.reachable || !node.inCluster || !node.slots.isEmpty) return false;
  const { nodesById } = factsOf(topology);
  return node.role === 'master' || nodesById.get(node.masterId ?? '')?.slots.isEmpty !== false;
}

function gatherFacts({ nodes, shards: all }: Topology): TopologyFacts {
  const nodesById = new Map(nodes.map(node => [node.id, node]));
  const shards = all.filter(
    ({ slots, masterId, replicaIds }) =>
      !slots.isEmpty || [masterId, ...replicaIds].some(id => nodesById.get(id ?? '')?.reachable),
  );
  return {
    nodesById,
    shards,
    formerMembers: formerMembersOf(nodes),
    shardNumbers: new Map(shards.map(({ id }, index) => [id, index + 1])),
    oneHost: new Set(nodes.flatMap(({ host, port }) => (port === 0 ? [] : [host]))).size <= 1,
    viewers: nodes.filter(({ reachable, inCluster }) => reachable && inCluster).length,
  };
}

function formerMembersOf(nodes: readonly ClusterNode[]): Map<string, ClusterNode[]> {
  const members = new Map<string, ClusterNode[]>();
  for (const node of nodes) {
    const { formerShardId: id } = node;
    if (id !== undefined) members.set(id, [...(members.get(id) ?? []), node]);
  }
  return members;
}
