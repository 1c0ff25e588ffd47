import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { sortByAddress } from '../sortByAddress';

/**
 * Gives slots to masters, equal shares of neighbours each; who has least gets the odd ones. Masters without slots get none
 * while there are others. Ids of the masters.
 */
export function spreadSlots(slots: SlotSet, masters: readonly ClusterNode[]): Map<string, SlotSet> {
  const serving = masters.filter(node => !node.slots.isEmpty);
  const takers = sortByAddress(serving.length > 0 ? serving : masters);
  const poorest = [...takers].sort((a, b) => a.slots.count - b.slots.count);
  const share = Math.floor(slots.count / takers.length);
  const odd = new Set(poorest.slice(0, slots.count % takers.length));
  const all = [...slots];
  const given = new Map<string, SlotSet>();
  let start = 0;
  for (const taker of [...takers].sort((a, b) => (a.slots.first ?? 0) - (b.slots.first ?? 0))) {
    const end = start + share + (odd.has(taker) ? 1 : 0);
    if (end > start) given.set(taker.id, SlotSet.of(all.slice(start, end)));
    start = end;
  }
  return given;
}
