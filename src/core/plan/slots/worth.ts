import { SLOT_COUNT, type SlotRange } from '../../topology/slotSet';

/** What slots count for as they are shared out. */
export interface Worth {
  /** Per slot, 0 or more. */
  readonly values: Float64Array;
  /** What may be missing without taking another slot apart from the others for it. */
  readonly slack: number;
  /** Of all slots of the range. */
  of(range: SlotRange): number;
}

/** Every slot counts for 1. */
export function unitWorth(): Worth {
  return { values: new Float64Array(SLOT_COUNT).fill(1), slack: 0.5, of: ({ start, end }) => end - start + 1 };
}

/** Slots count for what was measured of them; the slack is what one that has anything has on average. */
export function measuredWorth(values: Float64Array): Worth {
  const sums = new Float64Array(SLOT_COUNT + 1);
  let some = 0;
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    sums[slot + 1] = sums[slot]! + values[slot]!;
    if (values[slot]! > 0) some++;
  }
  const slack = some === 0 ? 0 : sums[SLOT_COUNT]! / some;
  return { values, slack, of: ({ start, end }) => sums[end + 1]! - sums[start]! };
}
