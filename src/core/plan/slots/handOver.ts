import type { SlotRange } from '../../topology/slotSet';
import type { Owners } from './owners';
import { takeSlots } from './takeSlots';
import type { Worth } from './worth';

/**
 * Gives slots to new owners: `gives` and `takes` say per master how much, with equal sums; both 0 where nothing changes.
 * `pools` are the slots they may give, per master. A pair is made where two amounts are equal, then of the largest with the
 * largest: never more pairs than masters that give or take, less one. Where all slots count alike all amounts are met.
 * False when no slot fitted.
 */
export function handOver(
  owners: Owners,
  pools: readonly SlotRange[][],
  gives: readonly number[],
  takes: readonly number[],
  worth: Worth,
): boolean {
  const [givers, takers] = [sorted(gives), sorted(takes)];
  let isChanged = false;
  const pass = (giver: Side, taker: Side): void => {
    const wanted = Math.min(giver.left, taker.left);
    for (const range of takeSlots(pools[giver.master]!, wanted, worth, slot => owners[slot] === taker.master)) {
      owners.fill(taker.master, range.start, range.end + 1);
      giver.left -= worth.of(range);
      taker.left -= worth.of(range);
      isChanged = true;
    }
  };

  const settled = new Set<Side>();
  for (const [giver, taker] of equalPairs(givers, takers)) {
    settled.add(giver).add(taker);
    pass(giver, taker);
  }
  const [from, to] = [givers, takers].map(sides => sides.filter(side => !settled.has(side))) as [Side[], Side[]];
  for (let [giver, taker] = [0, 0]; giver < from.length && taker < to.length;) {
    const [giving, taking] = [from[giver]!, to[taker]!];
    pass(giving, taking);
    // What little is left of one is not worth a pair of its own; who has no slot small enough lets the next one give.
    const isShort = Math.min(giving.left, taking.left) > worth.slack;
    if (isShort || giving.left <= worth.slack) giver++;
    if (!isShort && taking.left <= worth.slack) taker++;
  }
  return isChanged;
}

interface Side {
  master: number;
  left: number;
}

function sorted(amounts: readonly number[]): Side[] {
  return amounts
    .map((left, master) => ({ master, left }))
    .filter(({ left }) => left > 0)
    .sort((a, b) => b.left - a.left || a.master - b.master);
}

function equalPairs(givers: readonly Side[], takers: readonly Side[]): [Side, Side][] {
  const byAmount = new Map<number, Side[]>();
  for (const taker of takers) byAmount.set(taker.left, [...(byAmount.get(taker.left) ?? []), taker]);
  return givers.flatMap(giver => {
    const taker = byAmount.get(giver.left)?.shift();
    return taker ? [[giver, taker] as [Side, Side]] : [];
  });
}
