import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reply } from '../../../src/core/connection/types';

/** What the nodes of one real server version answered, by question: `CLUSTER NODES`. */
export type Recording = Record<'master' | 'replica', Readonly<Record<string, Reply>>>;

/** Of each server version, by its name: `valkey-9.1.2`. */
export const recordings: Readonly<Record<string, Recording>> = Object.fromEntries(
  readdirSync(__dirname)
    .filter(name => name.endsWith('.json'))
    .map(name => [name.slice(0, -5), JSON.parse(readFileSync(join(__dirname, name), 'utf8')) as Recording]),
);

/** Every answer to questions that begin so, of all versions that know them. */
export function recordedReplies(question: string): [Reply, ...Reply[]] {
  const replies = Object.values(recordings)
    .flatMap(nodes => Object.values(nodes))
    .flatMap(node => Object.entries(node).flatMap(([asked, reply]) => (asked.startsWith(question) ? [reply] : [])));
  if (replies.length === 0) throw new Error(`No server was asked ${question}.`);
  return replies as [Reply, ...Reply[]];
}

/** The same, of questions that are answered by a text. */
export function recordedTexts(question: string): [string, ...string[]] {
  return recordedReplies(question).filter(reply => typeof reply === 'string') as [string, ...string[]];
}
