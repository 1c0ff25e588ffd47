const SLOT_COUNT = 16384;
/** About one pixel of a band 200 px wide: a lone slot must not vanish. */
const LEAST_WIDTH = 80;

/** `0-5460,7000` -> the outline of its bars in a box of 16384 x 1. What is no range is left out. */
export function slotBandPath(slots: string): string {
  return readRanges(slots)
    .map(([start, end]) => {
      const width = Math.max(end - start + 1, LEAST_WIDTH);
      const left = Math.min(start, SLOT_COUNT - width);
      return `M${left} 0h${width}v1h-${width}z`;
    })
    .join('');
}

/** The part of all slots, 0 to 1. */
export function slotShare(slots: string): number {
  return readRanges(slots).reduce((sum, [start, end]) => sum + end - start + 1, 0) / SLOT_COUNT;
}

function readRanges(slots: string): [start: number, end: number][] {
  return slots.split(/[\s,]+/).flatMap(part => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (!match) return [];
    const start = Number(match[1]);
    const end = Number(match[2] ?? match[1]);
    return start <= end && end < SLOT_COUNT ? [[start, end] as [number, number]] : [];
  });
}
