import { groupBy } from '../../topology/groupBy';
import { SlotSet } from '../../topology/slotSet';
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
  whose: (verdict: Treated['verdict']) => string,
  { byId }: FixScene,
): { node: NodeRef; slots: string }[] {
  const slotsOf = gather(treated.map(({ slot, verdict }) => [whose(verdict), slot.slot]));
  return [...slotsOf].map(([id, slots]) => ({ node: refer(byId.get(id)!), slots: slots.toString() }));
}

/** Slots per pair: some other nodes, each with the owner. */
export function pairsOf(
  treated: readonly Treated[],
  others: (verdict: Treated['verdict']) => readonly string[],
  { byId }: FixScene,
): { node: NodeRef; owner: NodeRef; slots: SlotSet }[] {
  const slotsOf = gather(
    treated.flatMap(({ slot, verdict }) => others(verdict).map(id => [`${id} ${verdict.owner}`, slot.slot] as const)),
  );
  return [...slotsOf].map(([pair, slots]) => {
    const [node, owner] = pair.split(' ').map(id => refer(byId.get(id)!)) as [NodeRef, NodeRef];
    return { node, owner, slots };
  });
}

/** Slots per key. */
export function gather(entries: readonly (readonly [string, number])[]): Map<string, SlotSet> {
  const grouped = groupBy(entries, ([key]) => key);
  return new Map([...grouped].map(([key, its]) => [key, SlotSet.of(its.map(([, slot]) => slot))]));
}
