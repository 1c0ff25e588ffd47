import type { Sayings } from './gatherSayings';
import type { Lineage } from './lineage';
import type { LookFailures } from './lookFailures';
import { silence } from './silence';
import type { ClusterNode, FailedLook, Shard, Topology } from './types';

/**
 * Nodes of the look before that nobody could speak of this time: nobody who listed them answered. They stay in the model as
 * they were, without what only their own answer could tell of this moment. A node that the others no longer list was forgotten and goes,
 * and so does one when all who listed it were reset or replaced (other nodes answer at their addresses) and it was too, or
 * has no address.
 */
export function carryOver(previous: Topology | undefined, sayings: Sayings, failures: LookFailures): ClusterNode[] {
  if (!previous) return [];
  const someMemberSpoke = previous.nodes.some(node => node.inCluster && spoke(sayings, node.id));
  const asked = new Set(failures.rest().flatMap(failure => [failure.address, failure.nodeId]));
  const answering = new Set(sayings.viewers.map(({ view }) => view.address));
  const replaced = new Set(
    previous.nodes.filter(node => !sayings.subjects.has(node.id) && answering.has(node.address)).map(node => node.id),
  );
  const carried: ClusterNode[] = [];
  for (const node of previous.nodes) {
    if (sayings.subjects.has(node.id) || node.id.startsWith('?')) continue;
    const witnesses = node.seenBy.filter(id => id !== node.id);
    const isForgotten =
      witnesses.length > 0 ? witnesses.some(id => spoke(sayings, id)) : node.inCluster && someMemberSpoke;
    const isAsked = asked.has(node.address) || asked.has(node.id);
    const isNowhere = replaced.has(node.id) || node.port === 0;
    if (isNowhere && witnesses.every(id => replaced.has(id))) continue;
    if (isForgotten || (!node.inCluster && !isAsked)) continue;
    carried.push(unheard(node, failures.take(node.id, [node.address])));
  }
  return carried;
}

/** The shard a failed node served, as it is known from before. Undefined for a node that still serves one. */
export function formerShardFinder(
  { shardIds }: Lineage,
  shards: readonly Shard[],
): (node: ClusterNode) => string | undefined {
  const serving = new Set(
    shards.filter(({ slots }) => !slots.isEmpty).flatMap(({ masterId = '', replicaIds }) => [masterId, ...replicaIds]),
  );
  return node =>
    node.reachable || node.status === 'joining' || serving.has(node.id) ? undefined : shardIds.get(node.id);
}

/** It answered and knows others: a node that was reset meanwhile says nothing about them. */
function spoke({ subjects, viewers }: Sayings, id: string): boolean {
  const viewer = subjects.get(id)?.viewer;
  return viewer !== undefined && viewers[viewer]!.view.lines.length > 1;
}

function unheard(node: ClusterNode, failure: FailedLook | undefined): ClusterNode {
  const { info, lastInfo = info, clusterState, knownNodes, lagBytes, roundTripMilliseconds, ...lasting } = node;
  void [clusterState, knownNodes, lagBytes, roundTripMilliseconds];
  return {
    ...lasting,
    ...(lastInfo && { lastInfo }),
    openSlots: [],
    status: node.status === 'failed' ? 'failed' : 'unreachable',
    seenBy: [],
    suspectedBy: [],
    failedBy: [],
    reachable: false,
    ...silence(failure),
  };
}
