import { servingShards } from '../topology/lineage';
import type { ClusterNode, Shard, Topology } from '../topology/types';
import type { Problem } from './types';

/** A problem before it has a time. */
export type Finding = Omit<Problem, 'sinceMilliseconds'>;

/** What several judgements need of a topology, looked up once. */
export interface ClusterPicture {
  topology: Topology;
  nodes: ReadonlyMap<string, ClusterNode>;
  /** Shards with slots of the cluster the topology speaks of. */
  shards: readonly Shard[];
  /** The masters of `shards`: they vote. */
  voters: readonly ClusterNode[];
  /** Members of any cluster, and nodes with slots. */
  members: readonly ClusterNode[];
  /** No member answered. */
  isSilent: boolean;
}

export function pictureOf(topology: Topology): ClusterPicture {
  const nodes = new Map(topology.nodes.map(node => [node.id, node]));
  const shards = servingShards(topology);
  const members = topology.nodes.filter(isMember);
  return {
    topology,
    nodes,
    shards,
    voters: shards.flatMap(shard => nodes.get(shard.masterId ?? '') ?? []),
    members,
    isSilent: !members.some(node => node.reachable),
  };
}

export function isMember(node: ClusterNode): boolean {
  return node.inCluster || !node.slots.isEmpty;
}

/** How many masters are a majority. */
export function majorityOf(masters: number): number {
  return Math.floor(masters / 2) + 1;
}

/** Whether so many masters are in no doubt that they can agree who failed, and elect. */
export function canDecide({ voters }: ClusterPicture): boolean {
  const sound = voters.filter(({ status }) => status !== 'failed' && status !== 'suspect');
  return sound.length >= majorityOf(voters.length);
}

/** Replicas that could serve: not failed and not cut off. */
export function workingReplicas(shard: Shard, { nodes }: ClusterPicture): ClusterNode[] {
  return shard.replicaIds
    .flatMap(id => nodes.get(id) ?? [])
    .filter(node => node.status !== 'failed' && node.status !== 'joining');
}

export function ids(nodes: readonly ClusterNode[]): string[] {
  return nodes.map(node => node.id);
}
