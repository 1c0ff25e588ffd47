import type { ClusterNode, OpenSlot, Operation, SlotMove, Topology } from '../../core/index';
import type { PageDisputedSlots, PageOpenSlots, PageRoleSwap, PageSlotMove } from '../../shared/pageProtocol';
import { formatRanges, joinRanges } from '../../shared/slotRanges';

/** What every node says of slots it gives or takes, the same between the same two nodes as one entry. */
export function openSlotsOf({ nodes }: Topology): PageOpenSlots[] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const found = new Map<string, Omit<PageOpenSlots, 'slots'> & { slots: number[] }>();
  for (const node of nodes)
    for (const open of node.openSlots) {
      if (repeatsItsMaster(node, open, byId)) continue;
      const { slot, direction, peerId } = open;
      const key = [node.id, direction, peerId].join();
      const known = found.get(key);
      if (known) known.slots.push(slot);
      else found.set(key, { nodeId: node.id, direction, peerId, slots: [slot] });
    }
  return [...found.values()].map(open => ({ ...open, slots: rangesText(open.slots) }));
}

export function disputedSlotsOf({ disagreements }: Topology): PageDisputedSlots[] {
  return disagreements.flatMap(({ slots, text }) =>
    slots && !slots.isEmpty ? [{ slots: slots.toString(), text }] : [],
  );
}

/** What the operation moves in all; who owns the slots now tells how far it is. */
export function slotMovesOf({ plan }: Operation): PageSlotMove[] {
  return plan.steps
    .flatMap((step): readonly SlotMove[] => (step.kind === 'moveSlots' ? step.moves : []))
    .map(({ slots, source, target }) => ({ slots, fromId: source.id, toId: target.id }));
}

/** Who takes over from whom in the operation. */
export function roleSwapsOf({ plan }: Operation): PageRoleSwap[] {
  return plan.steps.flatMap(step =>
    step.kind === 'failOver' ? [{ fromId: step.master.id, toId: step.replica.id }] : [],
  );
}

// Valkey 8 and newer copy the markers of a master to its replicas.
function repeatsItsMaster(
  { role, masterId }: ClusterNode,
  open: OpenSlot,
  nodes: ReadonlyMap<string, ClusterNode>,
): boolean {
  if (role !== 'replica') return false;
  const ofMaster = nodes.get(masterId ?? '')?.openSlots ?? [];
  return ofMaster.some(
    ({ slot, direction, peerId }) => slot === open.slot && direction === open.direction && peerId === open.peerId,
  );
}

function rangesText(slots: readonly number[]): string {
  return formatRanges(joinRanges(slots.map(slot => ({ start: slot, end: slot }))));
}
