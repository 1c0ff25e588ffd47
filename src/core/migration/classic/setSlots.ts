import { setTimeout as wait } from 'node:timers/promises';
import { ServerReplyError } from '../../connection/connectionError';
import type { CommandWords } from '../../connection/types';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
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
 * Gives slots that the source has emptied to the target: the target first, for a slot both disown would have no owner.
 * Rejects like `openSlots`; then it is unknown who owns them.
 */
export async function closeSlots(pair: Pair, lane: number, states: readonly SlotState[]): Promise<void> {
  const { source, target } = pair;
  const slots = states.map(({ slot }) => slot);
  const taken = states.filter(({ atTarget }) => atTarget !== 'owner').map(({ slot }) => slot);
  await setSlots(pair, lane, target, taken, ['NODE', target.id]);
  try {
    await setSlots(pair, lane, source, slots, ['NODE', target.id]);
  } catch (error) {
    // The target owns them, and gossip tells the source; one that gave away its last slot may be a replica by now.
    await awaitHandedOver(pair, lane, slots, error);
  }
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

async function setSlots(
  pair: Pair,
  lane: number,
  end: End,
  slots: readonly number[],
  words: readonly string[],
): Promise<void> {
  const { pace } = pair;
  for (let start = 0; start < slots.length;) {
    const burst = slots.slice(start, start + pace.slotsPerBurst);
    start += burst.length;
    const sentAt = performance.now();
    accepted(await end.tell(wordsFor(burst, words), { lane }));
    // Where replicas are waited for, the time is theirs and stops nobody.
    const stop = end.settersAtOnce > 1 ? 0 : performance.now() - sentAt - pair.roundTripMilliseconds();
    pace.felt('slots', burst.length, stop);
  }
}

function wordsFor(slots: readonly number[], words: readonly string[]): CommandWords[] {
  return slots.map(slot => ['CLUSTER', 'SETSLOT', slot, ...words]);
}

const HANDED_OVER_MILLISECONDS = 10_000;

/** Until the source, or the target where the source reads its new master's data, says that the source is done. Else throws `error`. */
async function awaitHandedOver(pair: Pair, lane: number, slots: readonly number[], error: unknown): Promise<void> {
  const deadline = performance.now() + HANDED_OVER_MILLISECONDS;
  for (;;) {
    const isDone = await isHandedOver(pair, lane, slots).catch(() => false);
    if (isDone) return;
    if (performance.now() > deadline) throw error;
    await wait(50);
    // One that could not before, for want of replicas or while it was away.
    await pair.source.tell(wordsFor(slots, ['NODE', pair.target.id]), { lane }).catch(() => undefined);
  }
}

async function isHandedOver({ source, target }: Pair, lane: number, slots: readonly number[]): Promise<boolean> {
  const [theirs, ours] = await Promise.allSettled([viewOf(target, lane), viewOf(source, lane)]);
  if (theirs.status === 'rejected') return false;
  const isOwner = (view: typeof theirs.value): boolean => {
    const line = view.find(({ id }) => id === target.id);
    return line !== undefined && slots.every(slot => line.slots.has(slot));
  };
  if (!isOwner(theirs.value)) return false;
  // A replica has no slots of its own, open or not.
  const isReplica = (view: typeof theirs.value): boolean =>
    view.some(({ id, flags }) => id === source.id && flags.includes('slave'));
  if (ours.status === 'rejected') return isReplica(theirs.value);
  const own = ours.value.find(({ flags }) => flags.includes('myself'));
  const isOpen = own?.openSlots.some(({ slot }) => slots.includes(slot)) ?? false;
  return isReplica(ours.value) || (isOwner(ours.value) && !isOpen);
}

async function viewOf(end: End, lane: number): Promise<ReturnType<typeof parseClusterNodes>> {
  const [text] = accepted(await end.texts([['CLUSTER', 'NODES']], { lane }));
  return parseClusterNodes(String(text), end.address);
}
