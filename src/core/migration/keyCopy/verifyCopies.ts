import { keyText } from '../measure/keyText';
import { compareCopies } from './compareCopies';
import { comparisonTexts } from './copyKeys';
import type { KeyOwners } from './keyOwners';
import type { KeySource } from './keySource';
import type { DatabasePair, KeyCopyContext } from './types';

/** How the cluster's keys stand against the source's. */
export interface Verification {
  /** Keys of the source that were looked for. */
  looked: number;
  /** Of these, with value and time to live. */
  compared: number;
  missing: number;
  differing: number;
  /** The first hundred, readable. */
  names: string[];
}

const mostNames = 100;

/** Looks for every key of the source in the cluster, and compares every `every`-th one; adds up in `found`. Changes nothing. */
export async function verifyCopies(
  databases: DatabasePair,
  { pattern, every }: { pattern: string | undefined; every: number },
  { source, owners, context }: { source: KeySource; owners: KeyOwners; context: KeyCopyContext },
  found: Verification,
): Promise<void> {
  for await (const keys of source.keys(databases.source, pattern)) {
    const share = keys.filter((_, index) => (found.looked + index) % every === 0);
    const rest = keys.filter((_, index) => (found.looked + index) % every !== 0);
    found.looked += keys.length;
    const read = await source.read(databases.source, share);
    found.compared += read.length;
    const comparisons = await compareCopies(read, databases, source, owners);
    const absent = await owners.ask(databases.target, rest, ({ key }) => [['EXISTS', key]]);
    const lost = absent.filter(({ replies: [reply] }) => reply === 0).map(({ key }) => key.key);
    for (const [index, comparison] of comparisons.entries()) {
      const { key } = read[index]!;
      if (comparison === 'missing') lost.push(key);
      else if (comparison !== 'equal') tell('differing', key, comparisonTexts[comparison], found);
    }
    for (const key of await stillThere(lost, databases.source, source)) tell('missing', key, 'missing', found);
    context.report(`${found.looked} keys looked for, ${found.missing + found.differing} of them missing or different.`);
  }
}

/** Some expired on both sides while they were looked at. */
async function stillThere(keys: readonly Buffer[], database: number, source: KeySource): Promise<Buffer[]> {
  const replies = await source.ask(
    database,
    keys.map(key => ['EXISTS', key]),
  );
  return keys.filter((_, index) => replies[index] !== 0);
}

function tell(which: 'missing' | 'differing', key: Buffer, how: string, found: Verification): void {
  found[which]++;
  if (found.names.length < mostNames) found.names.push(`${keyText(key)} (${how})`);
}
