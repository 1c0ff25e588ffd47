import { ServerReplyError } from '../../connection/connectionError';
import type { CommandWords, Reply } from '../../connection/types';
import { SlotSet } from '../../topology/slotSet';
import { count } from '../../topology/wording';
import { MigrationError } from '../migrationError';
import { accepted, type Channel } from './end';
import type { Batch, Key } from './batch';
import type { Pair } from './pair';

/** The target has a key of that name. */
export function isCollision(error: unknown): boolean {
  return error instanceof ServerReplyError && /\bBUSYKEY\b/.test(error.reply);
}

export interface Replacing {
  /** The target owns the slot already. */
  isTaken: boolean;
  /** Sends these keys to take the place of the target's. */
  send: (keys: readonly Key[]) => Promise<Reply | Error>;
}

/**
 * After a MIGRATE that found keys at the target: those are the ones that are still here. The slot was checked when it was
 * opened, so an earlier attempt left them there, and clients have seen the source's since: these count. Where the target
 * owns the slot already, clients have seen both: then they must be equal. Resolves with their number. Rejects with a
 * MigrationError `keysDiffer`, a ConnectionError or a ServerReplyError.
 */
export async function replaceKeys(
  pair: Pair,
  channel: Channel,
  { slot, keys }: Batch,
  how: Replacing,
): Promise<number> {
  // One by one: an open slot refuses several keys of which one is missing.
  const here = await pair.source.texts(
    keys.map((key): CommandWords => ['EXISTS', key]),
    channel,
  );
  const both = keys.filter((_, index) => here[index] === 1);
  if (both.length === 0) return 0;
  if (how.isTaken) await compare(pair, channel, slot, both);
  accepted([await how.send(both)]);
  return both.length;
}

async function compare({ source, target }: Pair, channel: Channel, slot: number, keys: readonly Key[]): Promise<void> {
  const dumps = keys.map((key): CommandWords => ['DUMP', key]);
  const [ours, theirs] = await Promise.all([source.buffers(dumps, channel), target.buffers(dumps, channel)]);
  const differing = keys.filter((_, index) => !isSame(ours[index], theirs[index]));
  if (differing.length === 0) return;
  throw new MigrationError(
    'keysDiffer',
    `${count(differing.length, 'key')} of slot ${slot} ${differing.length === 1 ? 'is' : 'are'} at both ${source.address} and ${target.address} with other contents, ` +
      'and both have served clients.',
    {
      node: source.address,
      slots: SlotSet.of([slot]),
      remedy: `Decide which copies count, and delete the others; CLUSTER GETKEYSINSLOT ${slot} at ${source.address} lists them.`,
    },
  );
}

// The last ten bytes are the version of the format and a checksum over both.
function isSame(ours: unknown, theirs: unknown): boolean {
  return Buffer.isBuffer(ours) && Buffer.isBuffer(theirs) && ours.subarray(0, -10).equals(theirs.subarray(0, -10));
}
