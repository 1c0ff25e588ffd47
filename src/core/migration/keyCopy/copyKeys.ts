import { keyText } from '../measure/keyText';
import type { Comparison } from './compareCopies';
import type { KeyOwners } from './keyOwners';
import type { KeySource } from './keySource';
import { restoreKeys, type KeyFate } from './restoreKeys';
import type { ConflictRule, DatabasePair, KeyCopyContext } from './types';

/** What was copied so far, and what was not. */
export interface KeyCopies {
  read: number;
  imported: number;
  /** The cluster had them, with the same value and time to live. */
  equal: number;
  replaced: number;
  /** They expired, or were deleted at the source, before they could be read. */
  gone: number;
  conflicts: number;
  refused: number;
  /** The first hundred of each, readable. */
  conflictNames: string[];
  refusedNames: string[];
}

export function noCopies(): KeyCopies {
  const counts = { read: 0, imported: 0, equal: 0, replaced: 0, gone: 0, conflicts: 0, refused: 0 };
  return { ...counts, conflictNames: [], refusedNames: [] };
}

/** So many are named; a list for people. */
const mostNames = 100;

/**
 * Copies all keys of one database whose names match, adding up in `copies`. With `stop` it ends behind the first burst that
 * has a conflict. Rejects like `restoreKeys`.
 */
export async function copyKeys(
  databases: DatabasePair,
  { pattern, rule }: { pattern: string | undefined; rule: ConflictRule },
  { source, owners, context }: { source: KeySource; owners: KeyOwners; context: KeyCopyContext },
  copies: KeyCopies,
): Promise<void> {
  for await (const found of source.keys(databases.source, pattern)) {
    const keys = await source.read(databases.source, found);
    copies.read += found.length;
    copies.gone += found.length - keys.length;
    for (const fate of await restoreKeys(keys, databases, rule, source, owners)) add(fate, copies);
    context.report(`${copies.read} keys read, ${copies.imported} of them imported.`);
    if (rule === 'stop' && copies.conflicts > 0) return;
  }
}

function add(fate: KeyFate, copies: KeyCopies): void {
  const name = keyText(fate.key.key);
  switch (fate.became) {
    case 'conflict':
      copies.conflicts++;
      if (copies.conflictNames.length < mostNames)
        copies.conflictNames.push(`${name} (${comparisonTexts[fate.comparison]})`);
      return;
    case 'refused':
      copies.refused++;
      if (copies.refusedNames.length < mostNames) copies.refusedNames.push(`${name} (${fate.reason})`);
      return;
    default:
      copies[fate.became]++;
  }
}

export const comparisonTexts: Readonly<Record<Comparison, string>> = {
  equal: 'the same',
  expiry: 'the same value, another time to live',
  different: 'another value',
  missing: 'not there',
  unread: 'there, not comparable',
};
