import { joinRanges, readRanges, SLOT_COUNT, type SlotRange } from '../../shared/slotRanges';

/** Maximal runs, ascending. */
export type SlotSelection = readonly SlotRange[];

export function rangeBetween(one: number, other: number): SlotRange {
  return { start: Math.min(one, other), end: Math.max(one, other) };
}

export function isSelected(selection: SlotSelection, slot: number): boolean {
  return selection.some(({ start, end }) => slot >= start && slot <= end);
}

export function addRange(selection: SlotSelection, range: SlotRange): SlotSelection {
  return joinRanges([...selection, range]);
}

export function toggleSlot(selection: SlotSelection, slot: number): SlotSelection {
  if (!isSelected(selection, slot)) return addRange(selection, { start: slot, end: slot });
  return selection.flatMap(({ start, end }) =>
    slot < start || slot > end
      ? [{ start, end }]
      : [
          { start, end: slot - 1 },
          { start: slot + 1, end },
        ].filter(range => range.start <= range.end),
  );
}

/** Reads what somebody typed: `0-100,5461`. `problem` tells what cannot be taken, and how. */
export function readSelection(
  text: string,
): { selection: SlotSelection } | { problem: 'empty' | 'unreadable' | 'backwards' | 'beyond'; part: string } {
  const read = readRanges(text);
  if ('ranges' in read)
    return read.ranges.length > 0 ? { selection: read.ranges } : { problem: 'empty', part: text.trim() };
  const part = read.unreadable;
  const bounds = /^(\d+)(?:-(\d+))?$/.exec(part);
  if (!bounds) return { problem: 'unreadable', part };
  const isBeyond = bounds.slice(1).some(bound => Number(bound ?? 0) >= SLOT_COUNT);
  return { problem: isBeyond ? 'beyond' : 'backwards', part };
}

/** The stretch around a slot that is the same in all of these. */
export function stretchAround(slot: number, ...sames: readonly ArrayLike<number>[]): SlotRange {
  const isSame = (other: number): boolean => sames.every(values => values[other] === values[slot]);
  let start = slot;
  let end = slot;
  while (start > 0 && isSame(start - 1)) start--;
  while (end < SLOT_COUNT - 1 && isSame(end + 1)) end++;
  return { start, end };
}
