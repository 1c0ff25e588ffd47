import type { InspectedSlot, OpenAt, SlotView } from '../../plan/fix/inspection';
import { ownLineOf } from '../../topology/ownLine';
import { SlotSet } from '../../topology/slotSet';
import type { NodeView, Topology } from '../../topology/types';

/** What the nodes say of a slot, without its keys. */
export type SlotSaying = Pick<InspectedSlot, 'slot' | 'claims' | 'views' | 'open'>;

/** Slots that are open at any node, claimed by none or by two, or not the same in all views. Pure. */
export function wrongSlots(
  views: ReadonlyMap<string, NodeView>,
  { nodes, disagreements, clusterState }: Topology,
): SlotSet {
  if (clusterState === 'none') return SlotSet.empty;
  let once = SlotSet.empty;
  let twice = SlotSet.empty;
  let open: number[] = [];
  for (const view of views.values()) {
    const own = ownLineOf(view)!;
    open = open.concat(own.openSlots.map(({ slot }) => slot));
    if (own.flags.includes('slave')) continue;
    twice = twice.union(once.intersection(own.slots));
    once = once.union(own.slots);
  }
  const disputed = disagreements.flatMap(({ kind, slots }) => (kind === 'slotOwner' && slots ? [slots] : []));
  // A silent master may still claim what the others say it owns: nobody else does, so it is not `once`.
  const silent = nodes.filter(({ id, role }) => role === 'master' && !views.has(id)).map(({ slots }) => slots);
  return [SlotSet.of(open), twice, ...disputed, ...silent].reduce(
    (all, slots) => all.union(slots),
    SlotSet.all.difference(once),
  );
}

/** What the nodes say of these slots, ascending. Pure. */
export function sayingsOf(slots: SlotSet, views: ReadonlyMap<string, NodeView>): SlotSaying[] {
  const viewers = [...views].map(([id, view]) => ({
    id,
    own: ownLineOf(view)!,
    owners: view.lines.filter(line => !line.slots.isEmpty && !line.flags.includes('slave')),
  }));
  const open = new Map<number, OpenAt[]>();
  for (const { id, own } of viewers)
    for (const { slot, direction, peerId } of own.openSlots)
      open.set(slot, [...(open.get(slot) ?? []), { node: id, direction, peer: peerId }]);
  // Slots are wrong in few ways: what thousands of them have in common is kept once.
  const known = new Map<string, SlotView[]>();
  return [...slots].map(slot => {
    const byOwner = new Map<string | null, string[]>();
    for (const { id, owners } of viewers) {
      const owner = owners.find(line => line.slots.has(slot))?.id ?? null;
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), id]);
    }
    const signature = [...byOwner].flat(2).join(' ');
    const views = known.get(signature) ?? [...byOwner].map(([owner, ids]) => ({ owner, viewers: ids }));
    known.set(signature, views);
    return {
      slot,
      claims: viewers.filter(({ own }) => own.slots.has(slot) && !own.flags.includes('slave')).map(({ id }) => id),
      views,
      open: open.get(slot) ?? [],
    };
  });
}
