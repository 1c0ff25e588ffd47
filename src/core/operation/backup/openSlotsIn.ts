import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';

/** Slots that any node says are on the way from one master to another. */
export function openSlotsIn(nodes: readonly ClusterNode[]): SlotSet {
  return SlotSet.of(nodes.flatMap(({ openSlots }) => openSlots.map(({ slot }) => slot)));
}
