import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Shard, Topology } from '../../topology/types';
import { slotsText } from '../../topology/wording';
import { count, joinSome } from '../phrases';
import { PlanError } from '../planError';

/** Throws a PlanError `notInCluster`, `clusterNotHealthy` or `rolesUnsettled` when this is no time to change roles. */
export function refuseUnhealthy(topology: Topology, shards: readonly Shard[]): void {
  if (shards.length === 0)
    throw new PlanError('notInCluster', 'None of these nodes serves slots: there are no roles to balance.', {
      remedy: 'Create a cluster of them first.',
    });
  const reasons = reasonsAgainst(topology, shards);
  if (reasons.length > 0)
    throw new PlanError(
      'clusterNotHealthy',
      `The roles are not balanced while the cluster is not healthy: ${joinSome(reasons)}.`,
      { remedy: 'Mend that first: what can still take over must not be moved about meanwhile.' },
    );
  const members = new Set(shards.flatMap(({ masterId = '', replicaIds }) => [masterId, ...replicaIds]));
  const unsettled = topology.disagreements.find(
    ({ kind, nodeIds }) => kind !== 'membership' && nodeIds.some(id => members.has(id)),
  );
  if (unsettled)
    throw new PlanError(
      'rolesUnsettled',
      `Not all nodes agree yet who has which role, so it cannot be told what is balanced. ${unsettled.text}`,
      {
        remedy:
          'After a failover this passes within some seconds: plan again then. If it stays, fix the cluster first.',
      },
    );
}

function reasonsAgainst({ nodes, coveredSlots, clusterState }: Topology, shards: readonly Shard[]): string[] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const uncovered = SlotSet.all.difference(coveredSlots);
  const reasons = [
    ...shards.flatMap(({ masterId = '', slots }) => reasonAgainst(byId.get(masterId), slots)),
    ...(uncovered.isEmpty ? [] : [`no node serves ${slotsText(uncovered)}`]),
  ];
  if (reasons.length > 0 || clusterState === 'ok') return reasons;
  const failing = nodes.filter(node => node.clusterState === 'fail' && node.inCluster).map(({ address }) => address);
  return [`${joinSome(failing) || 'a node'} ${failing.length > 1 ? 'call' : 'calls'} the cluster down`];
}

function reasonAgainst(master: ClusterNode | undefined, slots: SlotSet): string[] {
  if (!master) return [`the master of ${slotsText(slots)} is not known`];
  const { address, status, reachable, info, suspectedBy } = master;
  if (status === 'failed') return [`${address}, the master of ${slotsText(slots)}, has failed`];
  if (status === 'joining') return [`no node can find ${address}, the master of ${slotsText(slots)}`];
  if (!reachable) return [`${address}, the master of ${slotsText(slots)}, does not answer`];
  if (status === 'suspect') return [`${count(suspectedBy.length, 'node')} cannot reach ${address}`];
  return info?.loading ? [`${address} is still loading its data`] : [];
}
