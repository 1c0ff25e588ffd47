import { setTimeout as wait } from 'node:timers/promises';
import { ConnectionError, ServerReplyError } from '../../connection/connectionError';
import { poll } from '../../connection/poll';
import { refusal } from '../../connection/refusal';
import type { CommandWords, Reply } from '../../connection/types';
import { isOwn } from '../../topology/ownLine';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import type { NodeLine } from '../../topology/types';
import { awaitEpoch } from '../awaitEpoch';
import { accepted, type End } from './end';
import type { SlotState } from './judgeSlots';
import type { Pair } from './pair';
import { inBursts, setSlots, wordsFor } from './setSlots';

/**
 * Gives slots that the source has emptied to the target: the target first, for a slot both disown would have no owner.
 * Rejects like `openSlots`; then it is unknown who owns them.
 */
export async function closeSlots(pair: Pair, lane: number, states: readonly SlotState[]): Promise<void> {
  const { source, target } = pair;
  const slots = states.map(({ slot }) => slot);
  const taken = states.filter(({ atTarget }) => atTarget !== 'owner').map(({ slot }) => slot);
  if (taken.length > 0) {
    await awaitNewEpoch(pair);
    await takeSlots(pair, lane, taken);
    await awaitHeard(pair, lane, taken);
  }
  try {
    await setSlots(pair, lane, source, slots, ['NODE', target.id]);
  } catch (error) {
    // The target owns them, and gossip tells the source; one that gave away its last slot may be a replica by now.
    await awaitHandedOver(pair, lane, slots, error);
  }
}

/** The source may have got a new epoch since the move began. A cancel does not end a closing. */
async function awaitNewEpoch({ transfer, context: { nodes } }: Pair): Promise<void> {
  try {
    await awaitEpoch(transfer, { nodes, signal: new AbortController().signal });
  } catch (error) {
    // One that does not answer claims nothing; the other is met again at once.
    if (!(error instanceof ConnectionError)) throw error;
  }
}

/**
 * For every importing slot that it takes, a Redis before 8.2 tells the whole cluster at once, which costs each node more than
 * the move of an empty slot (7.0.15 and 8.0.2: 1000 slots took half the time together). A slot that it does not import any
 * more it takes in silence and at the epoch it has: so the epoch is raised first, the last slot is taken as ever and told for
 * all, and nothing comes between. Valkey 8 and newer waits for replicas with every slot, and 9.1.2 dies of that in a
 * transaction.
 */
async function takeSlots(pair: Pair, lane: number, slots: readonly number[]): Promise<void> {
  const { target } = pair;
  const words = ['NODE', target.id];
  if (!pair.takesTogether) return setSlots(pair, lane, target, slots, words);
  await inBursts(pair, slots, async burst => {
    const silent = burst.slice(0, -1).flatMap(slot => [...wordsFor([slot], ['STABLE']), ...wordsFor([slot], words)]);
    const queued: CommandWords[] = [['CLUSTER', 'BUMPEPOCH'], ...silent, ...wordsFor(burst.slice(-1), words)];
    const done = (await target.texts([['MULTI'], ...queued, ['EXEC']], { lane })).at(-1)!;
    if (isUnqueued(done)) accepted(await target.tell(wordsFor(burst, words), { lane }));
    else
      for (const [index, reply] of (accepted([done])[0] as unknown[]).entries())
        if (reply instanceof Error) throw refusal(target.address, queued[index]!, reply.message);
  });
}

/** A command may not be queued by this user: then nothing was done. */
function isUnqueued(reply: Reply | Error): boolean {
  return reply instanceof ServerReplyError && reply.reply.startsWith('EXECABORT');
}

const HEARD_MILLISECONDS = 1000;

/**
 * Until the source has heard from the new owner itself, which takes a moment; at most 1 s, for meanwhile it claims them too.
 * One that is told first takes what the target sent before for a denial, keeps these slots marked as unclaimed, and once they
 * are its own again gives them to whoever claims them, at any epoch, and deletes their keys (seen with Redis 7.0.15, not with
 * 8.0.2 and Valkey 8.0.1: owner_not_claiming_slot in cluster.c).
 */
async function awaitHeard({ source, target }: Pair, lane: number, slots: readonly number[]): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    // What ails the source is met again, and told, when it is told.
    const view = await viewOf(source, lane).catch(() => undefined);
    return !view || ownsAll(view, target, slots) || undefined;
  };
  await poll(look, { timeoutMilliseconds: HEARD_MILLISECONDS, intervalMilliseconds: 2 });
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
  if (!ownsAll(theirs.value, target, slots)) return false;
  // A replica has no slots of its own, open or not.
  const isReplica = (view: typeof theirs.value): boolean =>
    view.some(({ id, flags }) => id === source.id && flags.includes('slave'));
  if (ours.status === 'rejected') return isReplica(theirs.value);
  const own = ours.value.find(isOwn);
  const isOpen = own?.openSlots.some(({ slot }) => slots.includes(slot)) ?? false;
  return isReplica(ours.value) || (ownsAll(ours.value, target, slots) && !isOpen);
}

function ownsAll(view: readonly NodeLine[], { id: ownerId }: End, slots: readonly number[]): boolean {
  const line = view.find(({ id }) => id === ownerId);
  return line !== undefined && slots.every(slot => line.slots.has(slot));
}

async function viewOf(end: End, lane: number): Promise<NodeLine[]> {
  const [text] = accepted(await end.texts([['CLUSTER', 'NODES']], { lane }));
  return parseClusterNodes(String(text), end.address);
}
