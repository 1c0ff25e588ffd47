import { SLOT_COUNT, type SlotRange } from '../topology/slotSet';

/**
 * Slot ranges of 1 to 1000 new masters, in order: for 3 masters 0-5460, 5461-10922, 10923-16383. The same as
 * `redis-cli --cluster create` makes (redis-cli.c 7.0, clusterManagerCommandCreate), to the slot: it reckons in 32-bit
 * floats, which shows from 78 masters on.
 */
export function divideSlots(masters: number): SlotRange[] {
  const perMaster = Math.fround(SLOT_COUNT / masters);
  const ranges: SlotRange[] = [];
  let cursor = 0;
  for (let start = 0; ranges.length < masters; cursor = Math.fround(cursor + perMaster)) {
    const isLast = ranges.length === masters - 1;
    const end = isLast ? SLOT_COUNT - 1 : Math.max(start, Math.round(Math.fround(Math.fround(cursor + perMaster) - 1)));
    ranges.push({ start, end });
    start = end + 1;
  }
  return ranges;
}
