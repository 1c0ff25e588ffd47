import { servingShards } from '../topology/lineage';
import type { TopologyEvent } from '../topology/topologyEvent';
import type { ClusterNode, Shard, Topology } from '../topology/types';
import type { OtherSupervisor } from './types';

/** One look, and what holds around the cluster at that time. */
export interface Observation {
  topology: Topology;
  /** What is different from the look before; empty when this is no new look. */
  events: readonly TopologyEvent[];
  /** The look before is too old to compare with. */
  afterPause: boolean;
  /** False when only the circumstances or the settings changed. */
  isNewLook: boolean;
  circumstances: Circumstances;
}

export interface Circumstances {
  /** Why the newest look failed, whole sentences; absent after one that succeeded. */
  lookError?: string;
  lease: Lease;
  /** Operations on these nodes, of this window or another, that run or were interrupted; not its own. */
  operations: readonly KnownOperation[];
  /** One of them that changes roles or slots runs, or ended a moment ago: what changes now comes from it. */
  isChanging: boolean;
  /** Ids of replaced nodes that answer though the topology does not show them. */
  answeringTombstones: readonly string[];
}

export interface KnownOperation {
  title: string;
  /** What it does there, a whole sentence. */
  text: string;
}

/** Whether this supervisor is the one of its cluster; else why not, a whole sentence. */
export type Lease = { held: true; text: string } | { held: false; text: string; other?: OtherSupervisor };

/** What the supervisor needs of a topology, looked up once; without the nodes that were replaced. */
export interface Sight {
  topology: Topology;
  nodes: ReadonlyMap<string, ClusterNode>;
  /** The nodes of the cluster. */
  members: readonly ClusterNode[];
  /** The masters with slots: they decide who failed. */
  voters: readonly ClusterNode[];
  votersHeard: readonly ClusterNode[];
  /** What is seen is what a majority of the voters says. */
  isMajoritySeen: boolean;
  /** Members that a majority of all voters calls failed. */
  failed: readonly ClusterNode[];
}

export function sightOf(seen: Topology, replacedIds: ReadonlySet<string>): Sight {
  const topology = withoutNodes(seen, replacedIds);
  const nodes = new Map(topology.nodes.map(node => [node.id, node]));
  const members = topology.nodes.filter(node => (node.inCluster || !node.slots.isEmpty) && node.status !== 'joining');
  const voters = servingShards(topology).flatMap(shard => nodes.get(shard.masterId ?? '') ?? []);
  const votersHeard = voters.filter(({ reachable }) => reachable);
  const isVoter = new Set(voters.map(({ id }) => id));
  const isAgreed = ({ status, failedBy }: ClusterNode): boolean =>
    status === 'failed' && failedBy.filter(id => isVoter.has(id)).length * 2 > voters.length;
  return {
    topology,
    nodes,
    members,
    voters,
    votersHeard,
    isMajoritySeen: votersHeard.length * 2 > voters.length,
    failed: members.filter(isAgreed),
  };
}

/** The same without some nodes. One that was replaced and answers still calls itself a replica of its old shard. */
export function withoutNodes(topology: Topology, ids: ReadonlySet<string>): Topology {
  if (!topology.nodes.some(({ id }) => ids.has(id))) return topology;
  return {
    ...topology,
    nodes: topology.nodes.filter(({ id }) => !ids.has(id)),
    shards: topology.shards
      .map(shard => ({ ...shard, replicaIds: shard.replicaIds.filter(id => !ids.has(id)) }))
      .filter(({ masterId, replicaIds }) => !ids.has(masterId ?? '') || replicaIds.length > 0),
  };
}

export function shardOf({ topology }: Sight, shardId: string): Shard | undefined {
  return topology.shards.find(({ id }) => id === shardId);
}

/** The master of a shard when nothing is wrong with it. */
export function healthyMaster(sight: Sight, shardId: string): ClusterNode | undefined {
  const master = sight.nodes.get(shardOf(sight, shardId)?.masterId ?? '');
  return master && isSound(master) && !master.slots.isEmpty ? master : undefined;
}

export function isSound({ reachable, status }: ClusterNode): boolean {
  return reachable && (status === 'ok' || status === 'spare');
}
