import type { SlotRange } from '../../topology/slotSet';
import type { Worth } from './worth';

/**
 * Takes ranges worth `wanted` at most out of `pool` (what a master gives) for a master whose slots `isTakers` tells: less
 * than the slack below it, unless no slot fits any more. Slots that join the taker's come first, then whole ranges, then the
 * end of one range; where all slots count alike a pool gets no more ranges by it, and the taker's ranges grow by what whole
 * ranges the pool loses and at most one.
 */
export function takeSlots(
  pool: SlotRange[],
  wanted: number,
  worth: Worth,
  isTakers: (slot: number) => boolean,
): SlotRange[] {
  const taken: SlotRange[] = [];
  let left = wanted;
  const byWorth = (ranges: SlotRange[]): SlotRange[] =>
    ranges.filter(range => worth.of(range) > 0).sort((a, b) => worth.of(b) - worth.of(a) || a.start - b.start);
  const takeWhole = (range: SlotRange): void => {
    pool.splice(pool.indexOf(range), 1);
    taken.push(range);
    left -= worth.of(range);
  };
  const cut = (range: SlotRange): void => {
    const { picked, rest } = cutRange(range, left, worth, isTakers(range.start - 1));
    if (!picked) return;
    pool.splice(pool.indexOf(range), 1, ...rest);
    taken.push(picked);
    left -= worth.of(picked);
  };

  const joining = byWorth(pool.filter(({ start, end }) => isTakers(start - 1) || isTakers(end + 1)));
  // The smallest that has enough leaves the others whole.
  const enough = joining.findLast(range => worth.of(range) >= left);
  for (const range of enough ? [enough] : joining) {
    if (left <= worth.slack) break;
    if (worth.of(range) <= left) takeWhole(range);
    else cut(range);
  }

  const others = left > worth.slack ? byWorth(pool) : [];
  for (const range of others) {
    const size = worth.of(range);
    if (left <= worth.slack) break;
    if (size > left) continue;
    // Crumbs would wander from master to master: one piece of a long range instead.
    if (size * 2 < left && others[0] !== range && pool.includes(others[0]!)) break;
    takeWhole(range);
  }
  for (const range of left > worth.slack ? byWorth(pool) : []) {
    if (left <= worth.slack) break;
    cut(range);
  }
  return taken;
}

/**
 * Slots side by side, from one end of a range on, up to the first that counts for more than is still wanted. Where that
 * comes at once, or after less than is worth a range of its own, they begin behind it.
 */
function cutRange(
  { start, end }: SlotRange,
  wanted: number,
  { values, slack }: Worth,
  fromStart: boolean,
): { picked: SlotRange | undefined; rest: SlotRange[] } {
  const length = end - start + 1;
  const slotAt = (step: number): number => (fromStart ? start + step : end - step);
  let [first, next, got] = [0, 0, 0];
  while (next < length && got < wanted) {
    const value = values[slotAt(next)]!;
    if (got + value <= wanted) got += value;
    else if (got >= slack / 2) break;
    else [first, got] = [next + 1, 0];
    next++;
  }
  // Empty slots behind the last that counts would move for nothing.
  while (next > first && values[slotAt(next - 1)] === 0) next--;
  if (next === first || got < slack / 2) return { picked: undefined, rest: [{ start, end }] };
  const [one, other] = [slotAt(first), slotAt(next - 1)];
  const picked = { start: Math.min(one, other), end: Math.max(one, other) };
  const rest = [
    { start, end: picked.start - 1 },
    { start: picked.end + 1, end },
  ].filter(range => range.start <= range.end);
  return { picked, rest };
}
