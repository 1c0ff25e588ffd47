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

/** The same, as bars with gaps between them: slots on their way. */
export function slotStripesPath(slots: string): string {
  const bars: SlotRange[] = [];
  for (const { start, end } of readable(slots)) {
    const last = Math.max(end, Math.min(start + LEAST_WIDTH, SLOT_COUNT) - 1);
    for (let from = start; from <= last; from += 2 * STRIPE)
      bars.push({ start: from, end: Math.min(from + STRIPE - 1, last) });
  }
  return bars.map(({ start, end }) => `M${start} 0h${end - start + 1}v1h-${end - start + 1}z`).join('');
}

/** Slots; about two pixels. */
const STRIPE = 160;

/** The part of all slots, 0 to 1. */
export function slotShare(slots: string): number {
  return countSlots(readable(slots)) / SLOT_COUNT;
}

function readable(slots: string): SlotRange[] {
  return slots.split(/[\s,]+/).flatMap(part => readRange(part) ?? []);
}
