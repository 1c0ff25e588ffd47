import type { PlacementScore } from '../types';

export interface PlacedShard {
  masterHost: string;
  replicaHosts: readonly string[];
}

/**
 * Scores a placement. `hosts` are the labels of all hosts that hold nodes, spares included: a host without a master
 * counts for the spread.
 */
export function scorePlacement(shards: readonly PlacedShard[], hosts: readonly string[]): PlacementScore {
  let replicasOnMastersHost = 0;
  let replicasSharingHost = 0;
  const mastersByHost = new Map(hosts.map(host => [host, 0]));
  for (const { masterHost, replicaHosts } of shards) {
    mastersByHost.set(masterHost, (mastersByHost.get(masterHost) ?? 0) + 1);
    replicasOnMastersHost += replicaHosts.filter(host => host === masterHost).length;
    replicasSharingHost += replicaHosts.length - new Set(replicaHosts).size;
  }
  const counts = [...mastersByHost.values()];
  const masterSpread = Math.max(...counts) - Math.min(...counts);
  const hostsHoldingMajority = [...mastersByHost]
    .filter(([, masters]) => losesMajority(shards.length, masters))
    .map(([host]) => host);
  const total =
    10_000 * replicasOnMastersHost + 1000 * hostsHoldingMajority.length + 100 * replicasSharingHost + masterSpread;
  return { replicasOnMastersHost, replicasSharingHost, masterSpread, hostsHoldingMajority, total };
}

/** Whether fewer than a majority of `masters` are left when `lost` of them die: no failover is elected then. */
export function losesMajority(masters: number, lost: number): boolean {
  return masters - lost < Math.floor(masters / 2) + 1;
}
