import { SlotSet } from '../../topology/slotSet';
import { refer } from '../plannedNode';
import type { StrayMove } from '../types';
import type { FixScene } from './fixScene';
import type { Treated } from './treated';
import type { LeftSlot } from './judgeSlot';

/**
 * Keys that show only when their slot is open (Redis 8.4 and newer): of slots nobody owned any master may hold some; and where
 * a node has more keys than its slots show, any slot that is not its own may be theirs.
 */
export function hiddenStrays(treated: readonly Treated[], left: readonly LeftSlot[], scene: FixScene): StrayMove[] {
  const { request, nodes, canServe, only } = scene;
  const hiding = new Map(request.inspection.nodes.filter(({ hidesKeys }) => hidesKeys).map(node => [node.id, node]));
  const untouched = SlotSet.of([
    ...left.map(({ slot }) => slot),
    ...treated.filter(({ verdict }) => verdict.moveTo !== undefined).map(({ slot }) => slot.slot),
  ]);
  const strays: StrayMove[] = [];
  for (const holder of nodes.filter(node => canServe(node) && hiding.has(node.id) && (node.info?.keys ?? 1) > 0)) {
    const searchesAll = (hiding.get(holder.id)!.hiddenKeys ?? 0) > 0;
    for (const owner of nodes.filter(node => canServe(node) && node.id !== holder.id)) {
      const known = treated.filter(({ verdict }) => verdict.owner === owner.id);
      const brought = known.filter(({ verdict }) => verdict.bring.includes(holder.id)).map(({ slot }) => slot.slot);
      const lost = known.filter(each => mayHold(holder.id, each)).map(({ slot }) => slot.slot);
      const owned = SlotSet.of(known.map(({ slot }) => slot.slot)).union(
        owner.slots.difference(SlotSet.of(treated.map(({ slot }) => slot.slot))),
      );
      const candidates = searchesAll ? (only ? owned.intersection(only) : owned) : SlotSet.of(lost);
      const slots = candidates.difference(SlotSet.of(brought)).difference(untouched);
      if (!slots.isEmpty) strays.push({ holder: refer(holder), owner: refer(owner), slots: slots.toString() });
    }
  }
  return strays;
}

/** It may have got keys of the slot, by what is open or was: of a slot whose owner is in question, anybody. */
function mayHold(id: string, { slot, verdict }: Treated): boolean {
  if (slot.claims.length !== 1 || verdict.gonePeer !== undefined) return true;
  return slot.open.some(({ node, peer }) => node === id || peer === id);
}
