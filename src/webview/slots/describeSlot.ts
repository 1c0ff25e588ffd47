import type { Snapshot } from '../../shared/pageProtocol';
import { stateOf, type SlotModel } from './slotModel';
import { slotStrings } from './slotStrings';
import { isSelected } from './slotSelection';
import { rangesOf } from '../../shared/slotRanges';

/** Whose a slot is and how it is, in words, one part after the other. */
export function describeSlot(
  slot: number,
  model: SlotModel,
  { nodes, disputedSlots }: Pick<Snapshot, 'nodes' | 'disputedSlots'>,
): string[] {
  const owner = model.owners[model.owner[slot]!]?.node;
  const nameOf = (id: string): string => nodes.find(node => node.id === id)?.address ?? slotStrings.unlisted(id);
  const state = stateOf(model, slot);
  const sayings = model.open.get(slot) ?? [];
  const transfer = model.transfers[model.transfer[slot]!];
  return [
    owner ? slotStrings.owner(owner) : slotStrings.noOwner,
    ...sayings.map(saying => slotStrings.saying(saying, nameOf(saying.nodeId), nameOf(saying.peerId))),
    ...(sayings.length > 0 && state !== 'moving' ? [slotStrings.halfOpen] : []),
    ...disputedSlots.filter(({ slots }) => isSelected(rangesOf(slots), slot)).map(({ text }) => text),
    ...(transfer && owner?.id === transfer.toId ? [slotStrings.cameFrom(nameOf(transfer.fromId))] : []),
    ...(transfer && owner?.id !== transfer.toId ? [slotStrings.goesTo(nameOf(transfer.toId))] : []),
  ];
}
