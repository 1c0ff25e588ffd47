import { SLOT_COUNT, type SlotRange, type SlotSet } from '../../topology/slotSet';

/** Slot -> index of the master that owns it, -1 for nobody. */
export type Owners = Int32Array;

export function ownersOf(masters: readonly { slots: SlotSet }[]): Owners {
  const owners = new Int32Array(SLOT_COUNT).fill(-1);
  masters.forEach(({ slots }, master) => {
    for (const { start, end } of slots.ranges()) owners.fill(master, start, end + 1);
  });
  return owners;
}

/** Per master its ranges, ascending; with `among` only of these slots. */
export function rangesByOwner(owners: Owners, masters: number, among?: SlotSet): SlotRange[][] {
  const ranges = Array.from({ length: masters }, (): SlotRange[] => []);
  const ownerOf = (slot: number): number => (among && !among.has(slot) ? -1 : (owners[slot] ?? -1));
  for (let start = 0; start < owners.length;) {
    const owner = ownerOf(start);
    let end = start;
    while (end + 1 < owners.length && ownerOf(end + 1) === owner) end++;
    if (owner >= 0) ranges[owner]!.push({ start, end });
    start = end + 1;
  }
  return ranges;
}
