import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';
import type { BackupSource } from './chooseSources';
import { openSlotsIn } from '../../plan/slots/openSlotsAmong';

/**
 * Slots whose keys may be in two files or in none: their owner is another shard than before, they are on the way to one, or
 * they may have gone and come back, which a master's config epoch tells (a slot that is taken over raises it). Pure.
 */
export function movedSlots(sources: readonly BackupSource[], after: Topology): SlotSet {
  const { nodes } = after;
  const moved = sources.map(({ shard: { slots }, master, source }) => {
    const now = after.shards.find(
      ({ masterId, replicaIds }) => masterId === source.id || replicaIds.includes(source.id),
    );
    if (now && now.masterId === master.id && epochOf(master.id, nodes) !== master.configEpoch) return slots;
    const owned = now?.slots ?? SlotSet.empty;
    return slots.difference(owned).union(owned.difference(slots));
  });
  return SlotSet.unionOf([openSlotsIn(nodes), ...moved]);
}

/** Undefined where nobody tells. */
function epochOf(masterId: string, nodes: readonly ClusterNode[]): number | undefined {
  return nodes.find(({ id }) => id === masterId)?.configEpoch;
}
