import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { answeringMasters, doubleClaims, ownSlots, unassignedSlots } from './ownWords';
import type { CheckLook } from './types';

/** Node id -> slots whose keys say what to do about them: open ones and disputed ones at every end, unassigned ones everywhere. */
export function slotsToCount({ topology, views }: CheckLook): Map<string, SlotSet> {
  const masters = answeringMasters(topology);
  const wanted = new Map<string, SlotSet>(masters.map(({ id }) => [id, unassignedSlots(topology)]));
  const add = (id: string, slots: SlotSet): void => {
    const known = wanted.get(id);
    if (known) wanted.set(id, known.union(slots));
  };
  for (const node of masters)
    for (const { slot, peerId } of node.openSlots) {
      const slots = SlotSet.of([slot]);
      const owner = masters.find(other => other.slots.has(slot));
      for (const id of new Set([node.id, peerId, owner?.id ?? node.id])) add(id, slots);
    }
  for (const { nodeIds, slots } of doubleClaims(views, topology)) for (const id of nodeIds) add(id, slots);
  return new Map([...wanted].filter(([, slots]) => !slots.isEmpty));
}

/** Node id -> slots in which a master should hold nothing, by nobody's word; keys of other slots are told as what those are. */
export function slotsThatAreForeign({ topology, views }: CheckLook): Map<string, SlotSet> {
  const own = ownSlots(views, topology);
  const unassigned = unassignedSlots(topology);
  return new Map(
    answeringMasters(topology).map(node => [
      node.id,
      SlotSet.all
        .difference(node.slots)
        .difference(own.get(node.id) ?? SlotSet.empty)
        .difference(unassigned)
        .difference(openAt(node)),
    ]),
  );
}

/** Of these slots, those whose keys a server tells that hides what it neither owns nor imports. */
export function visibleSlots(slots: SlotSet, node: ClusterNode, { topology, views }: CheckLook): SlotSet {
  const own = ownSlots(views, topology).get(node.id) ?? SlotSet.empty;
  return slots.intersection(own.union(importingAt(node)));
}

/** Slots a node takes from another. */
export function importingAt({ openSlots }: ClusterNode): SlotSet {
  return SlotSet.of(openSlots.filter(({ direction }) => direction === 'importing').map(({ slot }) => slot));
}

function openAt({ openSlots }: ClusterNode): SlotSet {
  return SlotSet.of(openSlots.map(({ slot }) => slot));
}
