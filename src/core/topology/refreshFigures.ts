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
  const byId = new Map(topology.nodes.map(node => [node.id, node]));
  const infoOf = (id: string): ServerInfo | undefined => figures.get(id)?.serverInfo ?? byId.get(id)?.info;
  const nodes = topology.nodes.map((node): ClusterNode => {
    const fresh = figures.get(node.id);
    const own = infoOf(node.id);
    const master = node.masterId === undefined ? undefined : infoOf(node.masterId);
    const isMasterFresh = node.masterId !== undefined && figures.has(node.masterId);
    if (!fresh || !own) return node;
    // Offsets of different looks do not compare.
    const lag =
      master && isMasterFresh ? { lagBytes: Math.max(0, master.replicationOffset - own.replicationOffset) } : {};
    return { ...node, info: fresh.serverInfo, roundTripMilliseconds: fresh.roundTripMilliseconds, ...lag };
  });
  return { ...topology, nodes, observedAtMilliseconds: nowMilliseconds };
}
