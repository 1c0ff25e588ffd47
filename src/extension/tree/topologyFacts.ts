import type { ClusterNode, Topology } from '../../core/index';

/** What texts about one node need of all the others: worked out once per look, not once per node. */
export interface TopologyFacts {
  nodesById: ReadonlyMap<string, ClusterNode>;
  /** Position in slot order, from 1. */
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

function gatherFacts({ nodes, shards }: Topology): TopologyFacts {
  return {
    nodesById: new Map(nodes.map(node => [node.id, node])),
    shardNumbers: new Map(shards.map(({ id }, index) => [id, index + 1])),
    oneHost: new Set(nodes.map(({ host }) => host)).size <= 1,
    viewers: nodes.filter(({ reachable, inCluster }) => reachable && inCluster).length,
  };
}
