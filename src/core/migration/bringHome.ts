import { setTimeout as wait } from 'node:timers/promises';
import { SlotSet } from '../topology/slotSet';
import { sentenceStart, slotsText } from '../topology/wording';
import { explainDown } from './classic/explainDown';
import { explainFailure, needsNoPassword } from './classic/explainFailure';
import { countKeys, keysOf, lookAtEnd, type EndLook } from './classic/lookAtEnd';
import { isOrphan } from './classic/judgeSlots';
import { openPair, type Pair } from './classic/pair';
import { accepted, type End } from './classic/end';
import { MigrationError } from './migrationError';
import { sendHome, type Homecoming, type HomeKey, type KeyChoice } from './sendHome';
import type { Transfer, TransferContext } from './types';

/** So many slots are looked at, opened and closed together; keys go slot by slot. */
const slotsAtOnce = 512;
/** A cluster that was down takes writes again some seconds after its last slot was given an owner. */
const patienceMilliseconds = 15_000;
/** Nobody is sent to the holder any more: what is still on its way there arrives within one or two. */
const mostRounds = 5;

/**
 * Brings the keys that `target` holds of slots which `source` owns back to `source`, and closes the slots at both. Slot by
 * slot, because clients miss the keys on their way: the owner does not send anybody to the holder any more. `choose` says
 * which copy counts when both differ. Where the server hides keys of closed slots, every slot is opened there to see them.
 * Can be repeated from anywhere. Rejects with a MigrationError, a ConnectionError, or the signal's reason between two slots.
 */
export async function bringHome(
  { source: owner, target: holder, slots }: Transfer,
  context: TransferContext,
  choose: (key: HomeKey) => KeyChoice,
): Promise<Homecoming> {
  const coming: Homecoming = { moved: 0, equal: 0, dropped: 0, undecided: [] };
  const hides = (await context.nodes.capabilities(holder.address)).clusterMigration;
  const pair = await openPair(
    { source: holder, target: owner, slots },
    { ...context, latencyMilliseconds: 0, masters: [owner, holder] },
  );
  try {
    refuseOtherOwners(pair, slots);
    const all = [...slots];
    for (let start = 0; start < all.length; start += slotsAtOnce)
      await bringSome(pair, all.slice(start, start + slotsAtOnce), { hides, choose, coming });
    return coming;
  } finally {
    pair.close();
  }
}

function refuseOtherOwners({ looks, source: holder, target: owner }: Pair, slots: SlotSet): void {
  const refuse = (what: string, node: string, those: SlotSet): never => {
    throw new MigrationError('ownerChanged', what, {
      node,
      slots: those,
      remedy: 'Look at the cluster again and plan anew.',
    });
  };
  for (const [end, { own }] of [
    [holder, looks.source],
    [owner, looks.target],
  ] as const) {
    if (own.id !== end.id) refuse(`Another node answers at ${end.address} now.`, end.address, slots);
    if (!own.flags.includes('master')) refuse(`${end.address} is a replica now.`, end.address, slots);
  }
  // Valkey lets an importing node take a slot that its source does not claim any more.
  const unclaimed = slots.difference(looks.target.own.slots);
  if (!unclaimed.isEmpty) refuse(`${owner.address} does not own ${slotsText(unclaimed)}.`, owner.address, unclaimed);
  const claimed = slots.intersection(looks.source.own.slots);
  if (!claimed.isEmpty)
    refuse(
      `${sentenceStart(slotsText(claimed))} ${claimed.count === 1 ? 'is' : 'are'} owned by ${holder.address} too.`,
      holder.address,
      claimed,
    );
}

interface Bringing {
  hides: boolean;
  choose: (key: HomeKey) => KeyChoice;
  coming: Homecoming;
}

async function bringSome(pair: Pair, slots: readonly number[], bringing: Bringing): Promise<void> {
  const { source: holder, target: owner, looks, context } = pair;
  const { hides, choose, coming } = bringing;
  const openAtHolder = (slot: number): boolean => {
    const open = looks.source.open.get(slot);
    return open?.direction === 'importing' && open.peerId === owner.id;
  };
  // From here on the owner sends nobody to the holder, and takes keys of these slots itself.
  await setSlots(
    owner,
    slots.filter(slot => looks.target.open.has(slot)),
    ['STABLE'],
  );
  const closed = slots.filter(slot => !openAtHolder(slot));
  const { keys: seen } = await countKeys(holder, slots, { lane: 0 });
  const toOpen = hides ? closed : closed.filter(slot => keysOf(seen, slot) > 0);
  // After a failover the holder may learn a moment later that the owner is a master.
  await patiently(pair, slots, () => openAt(holder, toOpen, looks.source, owner));
  const { keys } = hides ? await countKeys(holder, slots, { lane: 0 }) : { keys: seen };
  let left = slots.filter(slot => keysOf(keys, slot) > 0);
  for (let round = 0; round === 0 || (left.length > 0 && round < mostRounds); round++) {
    try {
      const { databases } = await countKeys(holder, left, { lane: 0 });
      for (const slot of left) {
        await context.safePoint();
        context.signal.throwIfAborted();
        const before = coming.moved;
        await patiently(pair, [slot], () => sendHome(pair, slot, databases, choose, coming));
        context.moved(SlotSet.of([slot]), coming.moved - before);
      }
    } finally {
      left = await closeEmptied(pair, slots);
    }
    left = left.filter(slot => !coming.undecided.some(key => key.slot === slot));
  }
}

async function openAt(holder: End, slots: readonly number[], look: EndLook, owner: End): Promise<void> {
  await setSlots(
    holder,
    slots.filter(slot => look.open.has(slot)),
    ['STABLE'],
  );
  await setSlots(
    holder,
    slots.filter(slot => isOrphan(slot, look)),
    ['NODE', owner.id],
  );
  await setSlots(holder, slots, ['IMPORTING', owner.id]);
}

/**
 * Closes what the holder has no more keys of; counted while open, for a server that hides keys shows them only then. Gives
 * those it has keys of: a client that had been sent there before may have written only now.
 */
async function closeEmptied({ source: holder, target: owner }: Pair, slots: readonly number[]): Promise<number[]> {
  const look = await lookAtEnd(holder, slots, { lane: 0 }, { count: true });
  const emptied = slots.filter(slot => look.open.has(slot) && keysOf(look.keys, slot) === 0);
  await setSlots(holder, emptied, ['STABLE']);
  const { keys } = await countKeys(holder, emptied, { lane: 0 });
  const late = emptied.filter(slot => keysOf(keys, slot) > 0);
  await setSlots(holder, late, ['IMPORTING', owner.id]);
  return [...slots.filter(slot => keysOf(look.keys, slot) > 0), ...late];
}

async function setSlots(end: End, slots: readonly number[], words: readonly string[]): Promise<void> {
  accepted(
    await end.tell(
      slots.map(slot => ['CLUSTER', 'SETSLOT', slot, ...words]),
      { lane: 0 },
    ),
  );
}

/** Again and again while what stops it may pass. */
async function patiently(pair: Pair, slots: readonly number[], work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  for (let pause = 50; ; pause = Math.min(500, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      const failure = explainFailure(error, pair.transfer);
      const forgets = needsNoPassword(error) && pair.credentials.length > 0;
      if (forgets) pair.credentials = [];
      const patience = failure.patienceMilliseconds > 0 ? patienceMilliseconds : 0;
      if (!forgets && performance.now() - began >= patience) {
        if (!failure.code) throw error;
        const { code = failure.code, what, node, remedy, cause } = await explainDown(failure, pair, 0);
        throw new MigrationError(code, what, { slots: SlotSet.of(slots), node, remedy, cause });
      }
      pair.context.signal.throwIfAborted();
      await wait(pause);
    }
  }
}
