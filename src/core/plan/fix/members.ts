import type { ClusterNode, Topology } from '../../topology/types';

/**
 * The nodes of the cluster, even of one that owns no slot any more: neither spares outside nor ghosts, nor a node that nobody
 * lists and that lists nobody, whatever slots it claims for itself, where there are others.
 */
export function membersOf({ nodes, ghosts, forgotten }: Topology): ClusterNode[] {
  const left = new Set([...ghosts, ...forgotten]);
  const known = nodes.filter(({ id, inCluster, status, slots }) => {
    if (left.has(id)) return false;
    return (inCluster || !slots.isEmpty) && status !== 'joining';
  });
  const together = known.filter(node => !standsAlone(node));
  return together.length > 0 ? together : known;
}

function standsAlone({ id, reachable, knownNodes = 1, seenBy }: ClusterNode): boolean {
  return reachable && knownNodes <= 1 && seenBy.every(viewer => viewer === id);
}
