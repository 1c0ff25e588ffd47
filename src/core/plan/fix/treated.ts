import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { refer } from '../plannedNode';
import type { NodeRef } from '../types';
import type { FixScene } from './fixScene';
import type { InspectedSlot } from './inspection';
import type { SlotVerdict } from './judgeSlot';

/** A slot that is treated; every one has an owner by now. */
export interface Treated {
  slot: InspectedSlot;
  verdict: SlotVerdict & { owner: string };
}

/** Slots per node, by whose they are or shall be. */
export function shares(
  treated: readonly Treated[],
  whose: (each: Treated) => readonly string[],
  { byId }: FixScene,
): { node: NodeRef; slots: string }[] {
  const slotsOf = gather(treated.flatMap(each => whose(each).map(id => [id, each.slot.slot] as const)));
  return [...slotsOf].map(([id, slots]) => ({ node: refer(byId.get(id)!), slots: SlotSet.of(slots).toString() }));
}

/** Slots per pair: from some nodes to their owner. */
export function pairsOf(
  treated: readonly Treated[],
  from: (verdict: SlotVerdict) => readonly string[],
  { byId }: FixScene,
): { from: NodeRef; to: NodeRef; slots: SlotSet }[] {
  const slotsOf = gather(
    treated.flatMap(({ slot, verdict }) => from(verdict).map(id => [`${id} ${verdict.owner}`, slot.slot] as const)),
  );
  const refOf = (id: string | undefined): NodeRef => refer(byId.get(id ?? '') as ClusterNode);
  return [...slotsOf].map(([pair, slots]) => {
    const [one, other] = pair.split(' ');
    return { from: refOf(one), to: refOf(other), slots: SlotSet.of(slots) };
  });
}

export function gather(entries: readonly (readonly [string, number])[]): Map<string, number[]> {
  const gathered = new Map<string, number[]>();
  for (const [key, slot] of entries) {
    const known = gathered.get(key);
    if (known) known.push(slot);
    else gathered.set(key, [slot]);
  }
  return gathered;
}
