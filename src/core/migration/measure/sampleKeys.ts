import type { CommandWords } from '../../connection/types';
import type { BigKey } from '../../plan/slots/measurements';
import { groupBy } from '../../topology/groupBy';
import type { SlotSet } from '../../topology/slotSet';
import type { MigrationNodes } from '../types';
import { BYTES_PER_SECOND } from '../pace';
import { keyText } from './keyText';

/** A key with its estimated size. */
export interface SampledKey {
  key: Buffer;
  slot: number;
  bytes: number;
  /** Not picked by chance: it says nothing of the others. */
  isSuspect: boolean;
}

const mostKeys = 200;
const keysPerSuspectSlot = 50;
const keysAtOnce = 50;
const bigKeyBytes = 8 * 1024 * 1024;
/** With fewer keys of its own a slot is taken to be like the others. */
const enoughOfOneSlot = 10;

/**
 * The sizes of some keys picked by chance, and of some in suspect slots. Fewer, or none, where the user may not ask. Rejects
 * when the link is lost or the signal aborts.
 */
export async function sampleKeys(
  address: string,
  slots: SlotSet,
  nodes: MigrationNodes,
  signal: AbortSignal,
  suspectSlots: readonly number[],
): Promise<SampledKey[]> {
  if (slots.isEmpty) return [];
  const picked = new Map<string, { key: Buffer; isSuspect: boolean }>();
  for (const key of await keysIn(suspectSlots, address, nodes, signal))
    picked.set(key.toString('hex'), { key, isSuspect: true });
  for (const key of await randomKeys(address, nodes, signal))
    picked.set(key.toString('hex'), { key, isSuspect: false });
  const sampled: SampledKey[] = [];
  const all = [...picked.values()];
  for (let start = 0; start < all.length; start += keysAtOnce) {
    const some = all.slice(start, start + keysAtOnce);
    const words = some.flatMap(({ key }): CommandWords[] => [
      ['MEMORY', 'USAGE', key, 'SAMPLES', 5],
      ['CLUSTER', 'KEYSLOT', key],
    ]);
    const replies = await nodes.node(address).pipeline(words, { signal });
    some.forEach((one, index) => {
      const [bytes, slot] = replies.slice(2 * index, 2 * index + 2);
      // A key that expired has no size, and a user may not be allowed to ask.
      if (typeof bytes === 'number' && typeof slot === 'number' && slots.has(slot))
        sampled.push({ ...one, bytes, slot });
    });
  }
  return sampled;
}

/** Keys times the mean size, the slot's own where enough of it was seen. Undefined when nothing was. */
export function bytesBySlot(
  keys: ReadonlyMap<number, number>,
  sample: readonly SampledKey[],
): Map<number, number> | undefined {
  const fair = sample.filter(({ isSuspect }) => !isSuspect);
  if (fair.length === 0) return undefined;
  const bySlot = groupBy(fair, ({ slot }) => slot);
  const overall = mean(fair);
  return new Map(
    [...keys].map(([slot, amount]) => {
      const own = bySlot.get(slot) ?? [];
      const isKnown = own.length >= enoughOfOneSlot || own.length === amount;
      return [slot, amount === 0 ? 0 : amount * (isKnown ? mean(own) : overall)];
    }),
  );
}

/** Keys above 8 MB, the largest first. */
export function bigKeysAmong(sample: readonly SampledKey[], nodeId: string): BigKey[] {
  return sample
    .filter(({ bytes }) => bytes > bigKeyBytes)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ key, slot, bytes }) => ({
      nodeId,
      slot,
      name: keyText(key),
      bytes,
      blockMilliseconds: Math.round((bytes / BYTES_PER_SECOND) * 1000),
    }));
}

function mean(sample: readonly SampledKey[]): number {
  return sample.reduce((sum, { bytes }) => sum + bytes, 0) / sample.length;
}

/** RANDOMKEY again and again: the same key may come twice, and none at all from an empty server or for a user without the right. */
async function randomKeys(address: string, nodes: MigrationNodes, signal: AbortSignal): Promise<Buffer[]> {
  const keys: Buffer[] = [];
  for (let asked = 0; asked < mostKeys; asked += keysAtOnce) {
    signal.throwIfAborted();
    // Without the signal, which warns of as many listeners at once; the connection's own limit bounds them.
    const answers = Array.from({ length: keysAtOnce }, () =>
      nodes.node(address).commandBuffer(['RANDOMKEY']).catch(noneIfRefused),
    );
    const found = (await Promise.all(answers)).filter(key => key !== undefined);
    if (found.length === 0) break;
    keys.push(...found);
  }
  return keys;
}

function noneIfRefused(error: unknown): undefined {
  const isAnswer =
    error instanceof Error && ('reply' in error || ('code' in error && error.code === 'unexpectedReply'));
  if (!isAnswer) throw error;
}

async function keysIn(
  slots: readonly number[],
  address: string,
  nodes: MigrationNodes,
  signal: AbortSignal,
): Promise<Buffer[]> {
  const words = slots.map((slot): CommandWords => ['CLUSTER', 'GETKEYSINSLOT', slot, keysPerSuspectSlot]);
  const replies = await nodes.node(address).pipeline(words, { signal });
  // A name that is no text does not survive the way as one; the random ones do.
  return replies
    .flatMap(reply => (Array.isArray(reply) ? reply.map(String) : []))
    .filter(name => !name.includes('\ufffd'))
    .map(name => Buffer.from(name));
}
