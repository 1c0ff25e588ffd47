import { ServerReplyError } from '../../connection/connectionError';
import type { CommandWords } from '../../connection/types';
import { accepted, type End } from './end';
import { isNew, strayKeys, type SlotState } from './judgeSlots';
import { countKeys } from './lookAtEnd';
import type { Pair } from './pair';

/**
 * Opens slots that are not open yet: the target imports before the source sends anybody there. Where a failover changed the
 * source meanwhile, the target is told. Rejects with a ConnectionError
 * or a ServerReplyError, and then closes nothing; or with a MigrationError `strayKeys`, and has opened nothing then.
 */
export async function openSlots(pair: Pair, lane: number, states: readonly SlotState[]): Promise<void> {
  const { source, target } = pair;
  const orphans = slotsWith(states, ({ isOrphan }) => isOrphan);
  await setSlots(pair, lane, target, orphans, ['NODE', source.id]);
  const importing = slotsWith(states, ({ atTarget, isOrphan }) => atTarget === 'none' || isOrphan);
  await setSlots(pair, lane, target, importing, ['IMPORTING', source.id]);
  if (pair.hidesKeys) await checkHidden(pair, lane, states);
  const migrating = slotsWith(states, ({ atSource }) => atSource === 'stable');
  await setSlots(pair, lane, source, migrating, ['MIGRATING', target.id]);
}

/** Keys that the target did not tell of before it imported their slots. */
async function checkHidden(pair: Pair, lane: number, states: readonly SlotState[]): Promise<void> {
  const { target } = pair;
  const slots = states.map(({ slot }) => slot);
  const { keys } = await countKeys(target, slots, { lane });
  for (const state of states) state.begun ||= keys.has(state.slot);
  const fresh = states.filter(isNew);
  const stray = fresh.filter(({ begun }) => begun).map(({ slot }) => slot);
  if (stray.length === 0) return;
  await setSlots(
    pair,
    lane,
    target,
    fresh.map(({ slot }) => slot),
    ['STABLE'],
  );
  throw strayKeys(stray, target.address, keys);
}

/**
 * Takes the opening of slots back of which the target holds no key: those of which it does are open again afterwards.
 * Where an end says in `states` that a slot is not open there, it may refuse to close it. Resolves with the slots that are
 * open. Rejects like `openSlots`.
 */
export async function takeBack(pair: Pair, lane: number, states: readonly SlotState[]): Promise<number[]> {
  const { source, target } = pair;
  if (states.length === 0) return [];
  const slots = states.map(({ slot }) => slot);
  // The source first: from then on nobody is sent to the target. What is on its way there is seen by the last count, or by
  // the one just before the closing where the target does not tell of it afterwards.
  const migrating = slotsWith(states, ({ atSource }) => atSource === 'migrating');
  await setSlots(pair, lane, source, migrating, ['STABLE']);
  await closeUnopened(pair, lane, source, without(slots, migrating));
  const importing = slotsWith(states, ({ atTarget }) => atTarget === 'importing');
  const before = pair.hidesKeys ? await countAndClose(pair, lane, importing) : new Set();
  if (!pair.hidesKeys) await setSlots(pair, lane, target, importing, ['STABLE']);
  await closeUnopened(pair, lane, target, without(slots, importing));
  const { keys } = await countKeys(target, slots, { lane });
  const late = slots.filter(slot => keys.has(slot) || before.has(slot));
  await setSlots(pair, lane, target, late, ['IMPORTING', source.id]);
  await setSlots(pair, lane, source, late, ['MIGRATING', target.id]);
  return late;
}

function slotsWith(states: readonly SlotState[], condition: (state: SlotState) => boolean): number[] {
  return states.filter(condition).map(({ slot }) => slot);
}

function without(slots: readonly number[], some: readonly number[]): number[] {
  const left = new Set(slots);
  for (const slot of some) left.delete(slot);
  return [...left];
}

/** An opening that got no answer may have come later than the look by which it is not open. */
async function closeUnopened(pair: Pair, lane: number, end: End, slots: readonly number[]): Promise<void> {
  try {
    await setSlots(pair, lane, end, slots, ['STABLE']);
  } catch (error) {
    if (!(error instanceof ServerReplyError)) throw error;
  }
}

/** Slots of which the target held keys when it was told to close them: one command after the other, with nobody's between. */
async function countAndClose({ target }: Pair, lane: number, slots: readonly number[]): Promise<Set<number>> {
  const commands = slots.flatMap((slot): CommandWords[] => [
    ['CLUSTER', 'COUNTKEYSINSLOT', slot],
    ['CLUSTER', 'SETSLOT', slot, 'STABLE'],
  ]);
  const replies = accepted(await target.tell(commands, { lane }));
  return new Set(slots.filter((_, index) => Number(replies[2 * index]) > 0));
}

/** Sends a SETSLOT for each slot, in bursts as large as clients may feel. Rejects like a pipeline, or with the first refusal. */
export async function setSlots(
  pair: Pair,
  lane: number,
  end: End,
  slots: readonly number[],
  words: readonly string[],
): Promise<void> {
  // Where replicas are waited for, the time is theirs and stops nobody.
  const isFelt = end.settersAtOnce === 1;
  const tell = async (burst: readonly number[]): Promise<void> => {
    accepted(await end.tell(wordsFor(burst, words), { lane }));
  };
  await inBursts(pair, slots, tell, { isFelt });
}

/** Sends so much at once as clients may feel, and learns from what they felt. */
export async function inBursts(
  pair: Pair,
  slots: readonly number[],
  send: (burst: readonly number[]) => Promise<void>,
  { isFelt = true } = {},
): Promise<void> {
  const { pace } = pair;
  for (let start = 0; start < slots.length;) {
    const burst = slots.slice(start, start + pace.slotsPerBurst);
    start += burst.length;
    const sentAt = performance.now();
    await send(burst);
    pace.felt('slots', burst.length, isFelt ? performance.now() - sentAt - pair.roundTripMilliseconds() : 0);
  }
}

/** `CLUSTER SETSLOT ...` for each. */
export function wordsFor(slots: readonly number[], words: readonly string[]): CommandWords[] {
  return slots.map(slot => ['CLUSTER', 'SETSLOT', slot, ...words]);
}
