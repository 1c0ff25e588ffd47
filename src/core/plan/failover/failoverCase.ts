import type { ClusterNode, Topology } from '../../topology/types';
import type { FailoverMode } from '../types';

/** A failover in the eyes of one topology. */
export interface FailoverCase {
  topology: Topology;
  mode: FailoverMode;
  replica: ClusterNode;
  master: ClusterNode;
  /** The other replicas of the master. */
  siblings: readonly ClusterNode[];
  /** The nodes of the cluster, as the replica knows it. */
  members: readonly ClusterNode[];
  /** Who elects: the masters with slots. */
  voters: readonly ClusterNode[];
  /** Voters that answer and that nobody doubts. */
  ableVoters: readonly ClusterNode[];
  hasMajority: boolean;
}

/** What a failover of `master` to `replica` has to do with. */
export function failoverCase(
  topology: Topology,
  replica: ClusterNode,
  master: ClusterNode,
  mode: FailoverMode,
): FailoverCase {
  // A majority is counted by the replica: by the masters it knows.
  const isKnown = ({ id, seenBy }: ClusterNode): boolean =>
    !replica.reachable || seenBy.includes(replica.id) || id === master.id;
  const members = topology.nodes.filter(node => node.inCluster && isKnown(node));
  const voters = members.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
  const ableVoters = voters.filter(({ reachable, status }) => reachable && status === 'ok');
  return {
    topology,
    mode,
    replica,
    master,
    siblings: members.filter(({ id, masterId }) => masterId === master.id && id !== replica.id),
    members,
    voters,
    ableVoters,
    hasMajority: ableVoters.length * 2 > voters.length,
  };
}
