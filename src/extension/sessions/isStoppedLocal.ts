import type { ClusterState } from './clusterState';

/** Every server of this local cluster is stopped: rest, not trouble. */
export function isStoppedLocal({ localServers }: Pick<ClusterState, 'localServers'>): boolean {
  return localServers !== undefined && localServers.servers.every(({ state }) => state === 'stopped');
}
