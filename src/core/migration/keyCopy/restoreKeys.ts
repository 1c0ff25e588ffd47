import { ServerReplyError } from '../../connection/connectionError';
import type { BufferReply, CommandWords } from '../../connection/types';
import { ClusterError } from '../../topology/clusterError';
import { compareCopies, type Comparison } from './compareCopies';
import type { Answer, KeyOwners } from './keyOwners';
import type { KeySource } from './keySource';
import type { ConflictRule, DatabasePair, ReadKey } from './types';

/**
 * What became of a key: `imported`; `equal`: the cluster had it, with the same value and time; `replaced`; `conflict`: it has
 * another one, which stays; `refused`: the server cannot take it, for the reason it gave.
 */
export type KeyFate =
  | { key: ReadKey; became: 'imported' | 'equal' | 'replaced' }
  | { key: ReadKey; became: 'conflict'; comparison: Comparison }
  | { key: ReadKey; became: 'refused'; reason: string };

/**
 * Gives keys to the masters of their slots. None is overwritten but with `replace`, and only where it differs. Rejects with a
 * ClusterError: what no other key would fare better with (memory, rights).
 */
export async function restoreKeys(
  keys: readonly ReadKey[],
  databases: DatabasePair,
  rule: ConflictRule,
  source: KeySource,
  owners: KeyOwners,
): Promise<KeyFate[]> {
  const words = ({ key, expiry, dump }: ReadKey, ...more: string[]): CommandWords[] => [
    ['RESTORE', key, expiry, dump, ...(source.exactTimes && expiry > 0 ? ['ABSTTL'] : []), ...more],
  ];
  const answers = await owners.ask(databases.target, keys, key => words(key));
  const fates = answers.filter(({ replies }) => !isBusy(replies[0])).map(answer => fateOf(answer, 'imported'));
  const busy = answers.filter(({ replies }) => isBusy(replies[0]));
  if (busy.length === 0) return fates;

  const comparisons = await compareCopies(
    busy.map(({ key }) => key),
    databases,
    source,
    owners,
  );
  const differing: ReadKey[] = [];
  for (const [index, { key, isRepeated }] of busy.entries()) {
    const comparison = comparisons[index]!;
    // Ours, of which the answer was lost.
    if (comparison === 'equal') fates.push({ key, became: isRepeated ? 'imported' : 'equal' });
    else if (rule === 'replace' || comparison === 'missing') differing.push(key);
    else fates.push({ key, became: 'conflict', comparison });
  }
  // What was deleted since is not overwritten, even so.
  const more = rule === 'replace' ? ['REPLACE'] : [];
  for (const answer of await owners.ask(databases.target, differing, key => words(key, ...more)))
    fates.push(
      isBusy(answer.replies[0])
        ? { key: answer.key, became: 'conflict', comparison: 'different' }
        : fateOf(answer, rule === 'replace' ? 'replaced' : 'imported'),
    );
  return fates;
}

function fateOf({ key, replies: [reply] }: Answer<ReadKey>, became: 'imported' | 'replaced'): KeyFate {
  if (!(reply instanceof Error)) return { key, became };
  if (reply instanceof ServerReplyError && hopeless.has(reply.code)) throw explain(reply);
  return { key, became: 'refused', reason: reply instanceof ServerReplyError ? reply.reply : reply.message };
}

function isBusy(reply: BufferReply | Error | undefined): boolean {
  return reply instanceof ServerReplyError && reply.code === 'BUSYKEY';
}

const hopeless: ReadonlySet<string> = new Set(['OOM', 'NOPERM', 'NOAUTH', 'MISCONF']);

function explain(error: ServerReplyError): ClusterError {
  if (error.code !== 'OOM') return error;
  return new ClusterError('targetFull', `${error.node} takes no more data: it has reached its maxmemory.`, {
    node: error.node,
    remedy:
      'Raise maxmemory there, or give slots of it to another master; then begin again: what is there is left out.',
    cause: error,
  });
}
