import { apportion } from './apportion';
import { handOver } from './handOver';
import { rangesByOwner, type Owners } from './owners';
import type { Worth } from './worth';

export interface Aim {
  /** Per master its weight; undefined: it keeps what it has. 0: it gives all it has. */
  weights: readonly (number | undefined)[];
  worth: Worth;
  /** Slots are counted: the shares are whole numbers. */
  isCounted: boolean;
  /** How far from its share a master may be: this part of it, and this much at least. */
  tolerance: { part: number; least: number };
}

/** A master's part beside what it should be. */
export interface Balance {
  share: number;
  held: number;
}

/** Rounds until another one changes nothing; the first does nearly all. */
const mostRounds = 8;

/**
 * The owners after every master has its share, as exactly as slots allow: by count to the slot, else within the worth of
 * the largest slot. Undefined when all are within the tolerance, or nothing can be gained: so also of what it returned.
 */
export function evenOut(owners: Owners, aim: Aim): Owners | undefined {
  let now = owners;
  for (let round = 0; round < mostRounds; round++) {
    const next = improve(now, aim);
    if (!next) break;
    now = next;
  }
  return now === owners ? undefined : now;
}

/** Per master what it holds and what it should hold; those that keep what they have count as balanced. */
export function balanceOf(owners: Owners, { weights, worth, isCounted }: Aim): Balance[] {
  const held = weights.map(() => 0);
  for (let slot = 0; slot < owners.length; slot++) {
    const owner = owners[slot]!;
    if (owner >= 0) held[owner]! += worth.values[slot]!;
  }
  const shared = weights.map((weight, master) => (weight === undefined ? 0 : held[master]!));
  const total = shared.reduce((all, each) => all + each, 0);
  const parts = weights.map(weight => weight ?? 0);
  const sum = parts.reduce((all, part) => all + part, 0);
  const shares = isCounted ? apportion(total, parts, held) : parts.map(part => (total / sum) * part);
  return weights.map((weight, master) => ({
    share: weight === undefined ? held[master]! : shares[master]!,
    held: held[master]!,
  }));
}

function improve(owners: Owners, aim: Aim): Owners | undefined {
  const before = balanceOf(owners, aim);
  const mustEmpty = mastersToEmpty(owners, aim);
  if (mustEmpty.size === 0 && before.every(balance => isWithin(balance, aim))) return undefined;
  const after = Int32Array.from(owners);
  share(after, aim);
  if (!aim.isCounted) {
    for (const master of mustEmpty) emptyOut(after, master, aim);
    moveSingly(after, owners, aim);
    // By more than the error of the arithmetic.
    const gained = faultOf(balanceOf(after, aim)) < faultOf(before) * (1 - 1e-9);
    if (!gained && mustEmpty.size === 0) return undefined;
  }
  return after;
}

/** Once is enough where slots count alike; else what did not fit between two masters may fit between others. */
function share(owners: Owners, aim: Aim): void {
  for (let sweep = 0; sweep < mostRounds; sweep++) {
    const balances = balanceOf(owners, aim);
    const isChanged = handOver(
      owners,
      rangesByOwner(owners, aim.weights.length),
      balances.map(({ share, held }) => Math.max(0, held - share)),
      balances.map(({ share, held }) => Math.max(0, share - held)),
      aim.worth,
    );
    if (!isChanged || aim.isCounted) return;
  }
}

function mastersToEmpty(owners: Owners, { weights }: Aim): Set<number> {
  const found = new Set<number>();
  for (const owner of owners) if (owner >= 0 && weights[owner] === 0) found.add(owner);
  return found;
}

function isWithin({ share, held }: Balance, { tolerance, worth }: Aim): boolean {
  const allowed = Math.max(share * tolerance.part, tolerance.least);
  // What a sum of fractions is off by is no difference.
  return Math.abs(held - share) <= allowed + worth.slack * 1e-6;
}

function faultOf(balances: readonly Balance[]): number {
  return balances.reduce((sum, { share, held }) => sum + (held - share) ** 2, 0);
}

/** What of a master to be emptied fitted nobody's share, and its slots without keys: in pieces to who lacks most. */
function emptyOut(owners: Owners, master: number, aim: Aim): void {
  const takers = aim.weights.flatMap((weight, index) => (weight !== undefined && weight > 0 ? [index] : []));
  const slots = aim.weights.map(() => 0);
  for (const owner of owners) if (owner >= 0) slots[owner]!++;
  const balances = balanceOf(owners, aim);
  const piece = Math.ceil(slots[master]! / takers.length);
  for (const { start, end } of rangesByOwner(owners, aim.weights.length)[master]!)
    for (let first = start; first <= end; first += piece) {
      const last = Math.min(end, first + piece - 1);
      const size = aim.worth.of({ start: first, end: last });
      const lack = (index: number): number => (size === 0 ? 0 : balances[index]!.share - balances[index]!.held);
      const perWeight = (index: number): number => slots[index]! / aim.weights[index]!;
      const taker = takers.reduce((best, index) =>
        (lack(index) - lack(best) || perWeight(best) - perWeight(index)) > 0 ? index : best,
      );
      owners.fill(taker, first, last + 1);
      balances[taker]!.held += size;
      slots[taker]! += last - first + 1;
    }
}

/**
 * Single slots from who has most too much to who lacks most, as long as one is off by more than the slack and a slot makes a
 * difference; any slot will do while one is off by more than the largest.
 */
function moveSingly(owners: Owners, original: Owners, aim: Aim): void {
  const { worth, weights } = aim;
  const largest = worth.values.reduce((most, value) => Math.max(most, value), 0);
  const over = Float64Array.from(balanceOf(owners, aim), ({ share, held }) => held - share);
  const slotsOf = slotsByOwner(owners, weights.length);
  for (let moved = 0; moved < owners.length; moved++) {
    const { giver, taker } = extremes(over, weights);
    const [surplus, lack] = [over[giver]!, -over[taker]!];
    const worst = Math.max(surplus, lack);
    if (worst <= worth.slack || surplus <= 0 || lack <= 0) return;
    const slot = bestSlot(slotsOf[giver]!, original, giver, surplus + lack, worth);
    if (slot === undefined || (worth.values[slot]! < worst / 4 && worst <= largest)) return;
    owners[slot] = taker;
    slotsOf[giver]!.splice(slotsOf[giver]!.indexOf(slot), 1);
    const place = slotsOf[taker]!.findIndex(each => each > slot);
    slotsOf[taker]!.splice(place < 0 ? slotsOf[taker]!.length : place, 0, slot);
    over[giver]! -= worth.values[slot]!;
    over[taker]! += worth.values[slot]!;
  }
}

/** Who has most too much, and who of those that may get slots lacks most; the first of equal ones. */
function extremes(over: Float64Array, weights: Aim['weights']): { giver: number; taker: number } {
  let giver = 0;
  let taker = weights.findIndex(weight => weight);
  // Asked for every slot that moves: a plain loop is several times as fast here.
  for (let index = 0; index < over.length; index++) {
    if (over[index]! > over[giver]!) giver = index;
    if (weights[index] && over[index]! < over[taker]!) taker = index;
  }
  return { giver, taker };
}

function slotsByOwner(owners: Owners, masters: number): number[][] {
  const slots: number[][] = Array.from({ length: masters }, () => []);
  owners.forEach((owner, slot) => slots[owner]?.push(slot));
  return slots;
}

/** Moving it makes both sides together least wrong; of equal ones the first, or one that is on its way already. */
function bestSlot(
  slots: readonly number[],
  original: Owners,
  giver: number,
  difference: number,
  { values }: Worth,
): number | undefined {
  let best: number | undefined;
  let bestGain = 0;
  for (const slot of slots) {
    const value = values[slot]!;
    const gain = value * (difference - value);
    if (gain > bestGain || (gain === bestGain && gain > 0 && original[slot] !== giver)) {
      best = slot;
      bestGain = gain;
    }
  }
  return best;
}
