import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { count } from '../phrases';

/** Slots that are open at any of these that is a master, by its own word. */
export function openSlotsAmong(nodes: readonly ClusterNode[]): SlotSet {
  return openSlotsIn(nodes.filter(({ role }) => role === 'master'));
}

/** Slots that any of these says are on the way from one master to another. */
export function openSlotsIn(nodes: readonly ClusterNode[]): SlotSet {
  return SlotSet.of(nodes.flatMap(({ openSlots }) => openSlots.map(({ slot }) => slot)));
}

/** Why none moves before these are closed; `text` without a full stop. */
export function openSlotsTrouble(open: SlotSet): { text: string; remedy: string } {
  return {
    text: `${count(open.count, 'slot')} ${open.count === 1 ? 'is' : 'are'} open already (${open.toString()})`,
    remedy: 'Finish the move that was begun there, or roll it back: "Fix" shows both.',
  };
}
