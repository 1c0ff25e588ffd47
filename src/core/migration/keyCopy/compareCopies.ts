import { accepted } from '../classic/end';
import { samePayload } from '../payload';
import type { KeyOwners } from './keyOwners';
import type { KeySource } from './keySource';
import { readContent } from './readContent';
import type { DatabasePair, ReadKey } from './types';

/**
 * `equal`: value and time to live; `expiry`: only the time differs; `different`; `missing`: the cluster has no such key (any
 * more); `unread`: the two are written out in different bytes, and too large, or of a type that is not known, to look closer.
 */
export type Comparison = 'equal' | 'expiry' | 'different' | 'missing' | 'unread';

/** More is not read for a comparison: it would hold up both servers. */
const mostBytes = 16 * 1024 * 1024;
/** Slots that move with MIGRATE let their keys live some milliseconds longer; and two servers do not read the time left at the same moment. */
const slackMilliseconds = 5000;

/** Compares keys as they were read from the source with what the cluster has, in order. */
export async function compareCopies(
  keys: readonly ReadKey[],
  { source: from, target: to }: DatabasePair,
  source: KeySource,
  owners: KeyOwners,
): Promise<Comparison[]> {
  const answers = await owners.ask(to, keys, ({ key }) => [['DUMP', key], source.expiryWords(key)]);
  const comparisons: Comparison[] = [];
  for (const { key, replies } of answers) {
    const [dump, expiry] = accepted(replies);
    if (!Buffer.isBuffer(dump)) comparisons.push('missing');
    else if (!samePayload(dump, key.dump)) comparisons.push(await compareContents(key, dump, from, to, source, owners));
    else comparisons.push(compareTimes(key.expiry, Number(expiry)));
  }
  return comparisons;
}

function compareTimes(one: number, other: number): Comparison {
  const neither = one <= 0 && other <= 0;
  const both = one > 0 && other > 0;
  return neither || (both && Math.abs(one - other) <= slackMilliseconds) ? 'equal' : 'expiry';
}

async function compareContents(
  key: ReadKey,
  dump: Buffer,
  from: number,
  to: number,
  source: KeySource,
  owners: KeyOwners,
): Promise<Comparison> {
  if (Math.max(dump.length, key.dump.length) > mostBytes) return 'unread';
  const theirs = await readContent(commands => source.ask(from, commands, key.bytes), key.key);
  const ours = await readContent(async commands => (await owners.ask(to, [key], () => commands))[0]!.replies, key.key);
  if (theirs === undefined || ours === undefined) return 'unread';
  if (theirs !== ours) return 'different';
  const [answer] = await owners.ask(to, [key], () => [source.expiryWords(key.key)]);
  return compareTimes(key.expiry, Number(accepted(answer!.replies)[0]));
}
