import type { ClusterNode, Topology } from '../../topology/types';

/** The nodes of the cluster, even of one that owns no slot any more: neither spares outside nor ghosts. */
export function membersOf({ nodes, ghosts, forgotten }: Topology): ClusterNode[] {
  const left = new Set([...ghosts, ...forgotten]);
  return nodes.filter(({ id, inCluster, status, slots }) => {
    if (left.has(id) || id.startsWith('?')) return false;
    return (inCluster || !slots.isEmpty) && status !== 'joining';
  });
}
