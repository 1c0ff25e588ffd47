import type { CommandWords } from '../../connection/types';
import { SlotSet } from '../../topology/slotSet';
import { keyText } from '../measure/keyText';
import { MigrationError } from '../migrationError';
import { BYTES_PER_SECOND } from '../pace';
import { accepted } from './end';
import type { Pair } from './pair';

/** Keys looked at per window to size batches; more where one could be too large to move. */
const FEW_KEYS = 16;
const MANY_KEYS = 1024;
/** What a key is taken to need where nothing could be measured. */
const DEFAULT_BYTES = 200;

/** Estimated bytes of a key in a slot. */
export type BytesPerKey = (slot: number) => number;

/**
 * Measures some keys of every slot, all of them where there are few. Rejects with a ConnectionError, a ServerReplyError, or a
 * MigrationError `keyTooLarge` when one of them would stop its server for more than half the node timeout.
 */
export async function sampleSizes(
  pair: Pair,
  lane: number,
  slots: readonly number[],
  databases: readonly number[],
): Promise<BytesPerKey> {
  const tooLarge = tooLargeBytes(pair);
  const budget = pair.sourceBytes < tooLarge ? FEW_KEYS : MANY_KEYS;
  const sizes: Sized[] = [];
  for (const database of databases) sizes.push(...(await sampleDatabase(pair, lane, slots, database, budget)));
  const largest = sizes.reduce<Sized | undefined>(
    (most, each) => (each.bytes > (most?.bytes ?? 0) ? each : most),
    undefined,
  );
  if (largest && largest.bytes > tooLarge) throw keyTooLarge(largest, pair);
  const overall = meanOf(sizes) ?? DEFAULT_BYTES;
  const bySlot = new Map<number, Sized[]>();
  for (const size of sizes) bySlot.set(size.slot, [...(bySlot.get(size.slot) ?? []), size]);
  return slot => Math.max(overall, meanOf(bySlot.get(slot) ?? []) ?? 0);
}

/** A key that takes longer stops both its servers for so long that others may call them failed. */
function tooLargeBytes({ nodeTimeoutMilliseconds }: Pair): number {
  return (nodeTimeoutMilliseconds / 2000) * BYTES_PER_SECOND;
}

interface Sized {
  slot: number;
  key: Buffer;
  bytes: number;
}

async function sampleDatabase(
  { source }: Pair,
  lane: number,
  slots: readonly number[],
  database: number,
  budget: number,
): Promise<Sized[]> {
  const stride = Math.max(1, Math.floor(slots.length / budget));
  const chosen = slots.filter((_, index) => index % stride === 0);
  const each = Math.max(1, Math.floor(budget / chosen.length));
  const lists = accepted(
    await source.buffers(
      chosen.map((slot): CommandWords => ['CLUSTER', 'GETKEYSINSLOT', slot, each]),
      { lane, database },
    ),
  );
  const keys = lists.flatMap((list, index) => (list as Buffer[]).map(key => ({ slot: chosen[index]!, key })));
  const replies = await source.texts(
    keys.map(({ key }): CommandWords => ['MEMORY', 'USAGE', key]),
    { lane, database },
  );
  // A key that expired has no size, and a user who may not ask has none at all.
  return keys.flatMap(({ slot, key }, index) => {
    const bytes = replies[index];
    return typeof bytes === 'number' ? [{ slot, key, bytes }] : [];
  });
}

function meanOf(sizes: readonly Sized[]): number | undefined {
  return sizes.length === 0 ? undefined : sizes.reduce((sum, { bytes }) => sum + bytes, 0) / sizes.length;
}

function keyTooLarge({ slot, key, bytes }: Sized, { source, target, nodeTimeoutMilliseconds }: Pair): MigrationError {
  const seconds = (bytes / BYTES_PER_SECOND).toFixed(1);
  return new MigrationError(
    'keyTooLarge',
    `The key "${keyText(key)}" in slot ${slot} of ${source.address} has about ${Math.round(bytes / 1e6)} MB: ` +
      `moving it would stop ${source.address} and ${target.address} for about ${seconds} s, ` +
      `and with a cluster-node-timeout of ${nodeTimeoutMilliseconds} ms others could take them for failed.`,
    {
      node: source.address,
      slots: SlotSet.of([slot]),
      remedy:
        'Split or delete the key, raise cluster-node-timeout on all nodes while it moves, ' +
        'or move its slot between servers that can do it atomically (Redis 8.4, Valkey 9).',
    },
  );
}
