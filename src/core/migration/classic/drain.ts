import type { CommandWords } from '../../connection/types';
import { accepted, type Channel, type End } from './end';
import type { KeysBySlot } from './lookAtEnd';
import type { Batch, Key } from './batch';
import { Migrator, type Handover } from './migrate';
import type { Pair } from './pair';

/** The keys of some open slots on their way. */
export interface Draining extends Handover {
  keys: KeysBySlot;
  databases: readonly number[];
  /** Slots of which the target holds keys already; others join as their first keys go. */
  begun: Set<number>;
}

/**
 * Sends the keys of slots to the target, in bursts: every one asks for the keys of the next. After a cancel only slots that
 * are begun are finished. Rejects with a ConnectionError, a ServerReplyError or a MigrationError.
 */
export async function drain(pair: Pair, lane: number, draining: Draining): Promise<void> {
  for (const database of draining.databases) await drainDatabase(pair, lane, database, draining);
}

/** A slot of which keys are not listed yet. */
interface Load {
  slot: number;
  keys: number;
}

async function drainDatabase(pair: Pair, lane: number, database: number, draining: Draining): Promise<void> {
  const { source, pace, context } = pair;
  const { begun } = draining;
  const migrator = new Migrator(pair, { lane, database }, draining);
  let loads = loadsOf(draining, database);
  let ready: Batch[] = [];
  while (ready.length > 0 || loads.length > 0) {
    if (context.signal.aborted) {
      loads = loads.filter(({ slot }) => begun.has(slot));
      ready = ready.filter(({ slot }) => begun.has(slot));
    }
    const burst = migrator.takeBurst(ready);
    for (const { slot } of burst) begun.add(slot);
    // What is listed must not be listed again before it has left.
    const lists = ready.length > 0 ? [] : migrator.chooseLists(loads);
    const commands = [
      ...burst.map(batch => migrator.wordsFor(batch, burst.length)),
      ...lists.map(({ slot, keys }): CommandWords => ['CLUSTER', 'GETKEYSINSLOT', slot, keys]),
    ];
    const sentAt = performance.now();
    const replies = await source.texts(commands, { lane, database });
    const sent = burst.reduce((sum, { keys }) => sum + keys.length, 0);
    pace.felt('keys', sent, performance.now() - sentAt - pair.roundTripMilliseconds());
    await migrator.settle(burst, replies.slice(0, burst.length));
    for (const [index, list] of accepted(replies.slice(burst.length)).entries()) {
      const { slot, keys } = lists[index]!;
      const load = loads.find(each => each.slot === slot)!;
      const listed = await exactly(list as string[], source, lists[index]!, { lane, database });
      load.keys = listed.length < keys ? 0 : load.keys - listed.length;
      ready.push(...migrator.batches(slot, listed));
    }
    loads = loads.filter(({ keys }) => keys > 0);
  }
}

/**
 * Keys can be any bytes, and texts are half the work. Bytes that are no UTF-8 become U+FFFD as text: where that shows, the
 * same keys are asked for as bytes.
 */
async function exactly(
  keys: readonly string[],
  source: End,
  { slot, keys: count }: { slot: number; keys: number },
  channel: Channel,
): Promise<readonly Key[]> {
  if (!keys.some(key => key.includes('\uFFFD'))) return keys;
  const [bytes] = accepted(await source.buffers([['CLUSTER', 'GETKEYSINSLOT', slot, count]], channel));
  return bytes as Buffer[];
}

/** Begun ones first: after a cancel they are what keeps us. */
function loadsOf({ keys, begun }: Draining, database: number): Load[] {
  const loads = [...keys].map(([slot, byDatabase]) => ({ slot, keys: byDatabase.get(database) ?? 0 }));
  return loads
    .filter(load => load.keys > 0)
    .sort((a, b) => Number(begun.has(b.slot)) - Number(begun.has(a.slot)) || a.slot - b.slot);
}
