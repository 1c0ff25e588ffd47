import { joinSome } from '../../plan/phrases';
import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Shard, Topology } from '../../topology/types';
import { count, slotsText } from '../../topology/wording';
import { OperationError } from '../operationError';
import { openSlotsIn } from '../../plan/slots/openSlotsAmong';
import type { BackupOptions } from './types';

/** A shard, and the node its data is fetched from. */
export interface BackupSource {
  shard: Shard;
  master: ClusterNode;
  source: ClusterNode;
  lagBytes: number;
}

/** A replica that is further behind is not in step: its master is asked. */
const mostLagBytes = 100_000;

/**
 * The node each shard is fetched from: the replica nearest to its master, to spare the one that serves writes, else the
 * master. Throws an OperationError `noCluster`, `openSlots`, or, but for a partial backup, `slotsUncovered`,
 * `shardUnreachable`. Pure.
 */
export function chooseSources(
  topology: Topology,
  { fromMasters = false, partial = false }: Pick<BackupOptions, 'fromMasters' | 'partial'>,
): BackupSource[] {
  const served = topology.shards.filter(({ slots }) => !slots.isEmpty);
  if (served.length === 0)
    throw new OperationError('noCluster', 'There is no cluster that serves slots.', {
      remedy: 'Name a node of the cluster that answers.',
    });
  refuseMoving(topology);
  const uncovered = SlotSet.all.difference(topology.coveredSlots);
  if (!uncovered.isEmpty && !partial)
    throw new OperationError('slotsUncovered', `Nobody serves ${slotsText(uncovered)}.`, {
      remedy: 'Bring the master back or fix the cluster first; or take a partial backup of what is there.',
    });
  const chosen = served.map(shard => ({ shard, found: sourceOf(shard, topology, fromMasters) }));
  const lost = chosen.filter(({ found }) => !found).map(({ shard }) => slotsText(shard.slots));
  if (lost.length > 0 && !partial)
    throw new OperationError('shardUnreachable', `No node that answers has the data of ${joinSome(lost)}.`, {
      remedy: 'Bring one back first; or take a partial backup of what is there.',
    });
  return chosen.flatMap(({ found }) => found ?? []);
}

/** Their keys are at two nodes, and files of two moments would have some of them twice, or not at all. */
function refuseMoving({ nodes }: Topology): void {
  const open = openSlotsIn(nodes);
  if (open.isEmpty) return;
  const verb = open.count === 1 ? 'is' : 'are';
  throw new OperationError('openSlots', `${count(open.count, 'slot')} ${verb} on the way to another master.`, {
    remedy: 'Let the move end, or fix the slots; then take the backup.',
  });
}

function sourceOf(shard: Shard, { nodes }: Topology, fromMasters: boolean): BackupSource | undefined {
  const master = nodes.find(({ id }) => id === shard.masterId);
  if (!master) return undefined;
  const replicas = nodes
    .filter(
      ({ id, reachable, info }) =>
        shard.replicaIds.includes(id) && reachable && info?.masterLink === 'up' && !info.syncing,
    )
    .map(source => ({ shard, master, source, lagBytes: Math.max(0, source.lagBytes ?? 0) }))
    .sort((a, b) => a.lagBytes - b.lagBytes);
  const [nearest] = replicas;
  if (!fromMasters && nearest && nearest.lagBytes <= mostLagBytes) return nearest;
  return master.reachable && !master.info?.loading ? { shard, master, source: master, lagBytes: 0 } : nearest;
}
