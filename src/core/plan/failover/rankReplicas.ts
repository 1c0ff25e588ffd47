import type { ClusterNode, Topology } from '../../topology/types';
import { count } from '../phrases';
import type { NodeRef } from '../types';
import { failoverCase } from './failoverCase';
import { replicaObstacles } from './findObstacles';

/** A replica, and how good a master it would make. */
export interface RankedReplica {
  node: NodeRef;
  /** Nothing about the replica itself is in the way. */
  isFit: boolean;
  /** Bytes behind its master; absent when one of them did not answer. */
  lagBytes?: number;
  /** What speaks for and against it, short phrases, the weightiest first: `link up`, `lag 0`, ... */
  reasons: readonly string[];
}

/**
 * The replicas of a master, best first: fit before unfit, then the one with the most data, on the host with the fewest
 * other masters, with the newest version. Empty when it has none, or when there is no such master.
 */
export function rankReplicas(topology: Topology, masterId: string): RankedReplica[] {
  const master = topology.nodes.find(({ id }) => id === masterId);
  if (!master) return [];
  const replicas = topology.nodes.filter(node => node.role === 'replica' && node.masterId === masterId);
  return replicas
    .map(replica => candidate(topology, replica, master))
    .sort(
      (a, b) =>
        Number(b.isFit) - Number(a.isFit) ||
        b.offset - a.offset ||
        a.otherMasters - b.otherMasters ||
        compareVersions(b.version, a.version) ||
        (a.node.address < b.node.address ? -1 : 1),
    )
    .map(({ node, isFit, lagBytes, reasons }) => ({
      node,
      isFit,
      ...(lagBytes === undefined ? {} : { lagBytes }),
      reasons,
    }));
}

interface Candidate extends RankedReplica {
  offset: number;
  otherMasters: number;
  version: string;
}

function candidate(topology: Topology, replica: ClusterNode, master: ClusterNode): Candidate {
  const { id, address, hostLabel, lagBytes, info } = replica;
  // The same question whatever the mode will be: is the link up while the master lives, is the data whole.
  const mode = master.reachable && master.status !== 'failed' ? 'graceful' : 'force';
  const obstacles = replicaObstacles(failoverCase(topology, replica, master, mode));
  const otherMasters = topology.nodes.filter(
    node => node.role === 'master' && !node.slots.isEmpty && node.id !== master.id && node.hostLabel === hostLabel,
  ).length;
  const hosts = new Set(topology.nodes.map(node => node.hostLabel)).size;
  return {
    node: { id, address },
    isFit: obstacles.length === 0,
    ...(lagBytes === undefined ? {} : { lagBytes }),
    reasons: [
      ...obstacles.map(({ text }) => text),
      ...(info?.masterLink === 'up' ? ['link up'] : []),
      ...(lagBytes === undefined ? offsetText(info?.replicationOffset) : [`lag ${lagBytes} bytes`]),
      ...(hosts > 1 ? [hostText(hostLabel, otherMasters)] : []),
      ...(info && info.version !== master.info?.version ? [`version ${info.version}`] : []),
    ],
    offset: isCaughtUp(lagBytes) ? Number.MAX_SAFE_INTEGER : (info?.replicationOffset ?? -1),
    otherMasters,
    version: info?.version ?? '0',
  };
}

// Replicas are not asked in the same instant: while writes go on, a few bytes are no difference.
function isCaughtUp(lagBytes: number | undefined): boolean {
  return lagBytes !== undefined && lagBytes <= 64 * 1024;
}

function offsetText(offset: number | undefined): string[] {
  return offset === undefined ? [] : [`offset ${offset}`];
}

function hostText(hostLabel: string, otherMasters: number): string {
  return otherMasters === 0
    ? `no other master on ${hostLabel}`
    : `${count(otherMasters, 'other master')} on ${hostLabel}`;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const at = left.findIndex((part, index) => part !== (right[index] ?? 0));
  return at < 0 ? 0 : left[at]! - (right[at] ?? 0);
}
