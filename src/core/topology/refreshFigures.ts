import type { ClusterNode, ServerInfo, Topology } from './types';

/** What one node said of itself since the look before. */
export interface FreshFigures {
  serverInfo: ServerInfo;
  roundTripMilliseconds: number;
}

/**
 * The same topology with newer figures of some nodes, by id: for a look that found nobody to say anything new of the cluster.
 * Pure. Nodes without newer figures keep those they had.
 */
export function refreshFigures(
  topology: Topology,
  figures: ReadonlyMap<string, FreshFigures>,
  nowMilliseconds: number,
): Topology {
  const nodes = topology.nodes.map((node): ClusterNode => {
    const own = figures.get(node.id);
    if (!own) return node;
    const master = node.masterId === undefined ? undefined : figures.get(node.masterId);
    const { serverInfo: info, roundTripMilliseconds } = own;
    // Offsets of different looks do not compare.
    const lag = master && {
      lagBytes: Math.max(0, master.serverInfo.replicationOffset - info.replicationOffset),
    };
    return { ...node, info, roundTripMilliseconds, ...lag };
  });
  return { ...topology, nodes, observedAtMilliseconds: nowMilliseconds };
}
