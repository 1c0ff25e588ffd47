import type { ServerInfo } from '../../topology/types';

/** The server's default of cluster-node-timeout, for when it cannot be read. */
const defaultNodeTimeoutMilliseconds = 15_000;

/** The election begins when the old master has handed over, and clocks of two processes are compared. */
const marginMilliseconds = 500;

/**
 * For how long a node that was elected, or tried to be, must not try again: it still counts the votes of that election, or
 * calls the new one expired (`auth_retry_time` in clusterHandleSlaveFailover, Redis 3.0 to 8.6: 4 x node timeout, 4 s at least).
 */
export function electionMemoryMilliseconds(nodeTimeoutMilliseconds = defaultNodeTimeoutMilliseconds): number {
  return Math.max(4 * nodeTimeoutMilliseconds, 4000) + marginMilliseconds;
}

/** Whether the server has that defect: Redis in all versions so far, Valkey before 8.1. */
export function remembersElections({ flavour, version }: Pick<ServerInfo, 'flavour' | 'version'>): boolean {
  return flavour === 'redis' || isOlder(version, 8, 1);
}

/** Whether its replicas stand for election though their master has no slots: Valkey from 8.0 on, Redis never. */
export function electsForEmptyMasters({ flavour, version }: Pick<ServerInfo, 'flavour' | 'version'>): boolean {
  return flavour === 'valkey' && !isOlder(version, 8, 0);
}

function isOlder(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
