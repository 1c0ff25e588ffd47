/** Number of hash slots of every Redis and Valkey cluster. */
export const SLOT_COUNT = 16384;

/** Inclusive on both ends, 0 to 16383. */
export interface SlotRange {
  start: number;
  end: number;
}

/** `5461` or `0-100`; undefined for anything else, also for what runs backwards or beyond the last slot. */
export function readRange(part: string): SlotRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2] ?? match[1]);
  return start <= end && end < SLOT_COUNT ? { start, end } : undefined;
}

/** Reads `0-100,5461`, commas or blanks between: maximal runs, ascending. Gives the part that cannot be read instead. */
export function readRanges(text: string): { ranges: SlotRange[] } | { unreadable: string } {
  const ranges: SlotRange[] = [];
  for (const part of text.split(/[\s,]+/)) {
    if (part === '') continue;
    const range = readRange(part);
    if (!range) return { unreadable: part };
    ranges.push(range);
  }
  return { ranges: joinRanges(ranges) };
}

/** The same, where it is known to be slots: none where it cannot be read. */
export function rangesOf(text: string): SlotRange[] {
  const read = readRanges(text);
  return 'ranges' in read ? read.ranges : [];
}

/** Any ranges as maximal runs, ascending. */
export function joinRanges(ranges: readonly SlotRange[]): SlotRange[] {
  const joined: SlotRange[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start <= last.end + 1) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/** `0-100,5461`; the empty text for none. */
export function formatRanges(ranges: readonly SlotRange[]): string {
  return ranges.map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`)).join(',');
}

export function countSlots(ranges: readonly SlotRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0);
}

/** What is in both; maximal runs, ascending, as both arguments must be. */
export function intersectRanges(some: readonly SlotRange[], others: readonly SlotRange[]): SlotRange[] {
  const shared: SlotRange[] = [];
  for (let at = 0, other = 0; at < some.length && other < others.length;) {
    const [one, two] = [some[at]!, others[other]!];
    const range = { start: Math.max(one.start, two.start), end: Math.min(one.end, two.end) };
    if (range.start <= range.end) shared.push(range);
    if (one.end < two.end) at++;
    else other++;
  }
  return shared;
}

/** What is in `some` and not in `others`; both maximal runs, ascending. */
export function subtractRanges(some: readonly SlotRange[], others: readonly SlotRange[]): SlotRange[] {
  const gaps: SlotRange[] = [];
  let from = 0;
  for (const { start, end } of others) {
    if (start > from) gaps.push({ start: from, end: start - 1 });
    from = end + 1;
  }
  if (from < SLOT_COUNT) gaps.push({ start: from, end: SLOT_COUNT - 1 });
  return intersectRanges(some, gaps);
}
