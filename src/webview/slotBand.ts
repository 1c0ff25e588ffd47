import { countSlots, readRange, SLOT_COUNT, type SlotRange } from '../shared/slotRanges';

/** About one pixel of a band 200 px wide: a lone slot must not vanish. */
const LEAST_WIDTH = 80;

/** `0-5460,7000` -> the outline of its bars in a box of 16384 x 1. What is no range is left out. */
export function slotBandPath(slots: string): string {
  return readable(slots)
    .map(({ start, end }) => {
      const width = Math.max(end - start + 1, LEAST_WIDTH);
      const left = Math.min(start, SLOT_COUNT - width);
      return `M${left} 0h${width}v1h-${width}z`;
    })
    .join('');
}

/** The part of all slots, 0 to 1. */
export function slotShare(slots: string): number {
  return countSlots(readable(slots)) / SLOT_COUNT;
}

function readable(slots: string): SlotRange[] {
  return slots.split(/[\s,]+/).flatMap(part => readRange(part) ?? []);
}
