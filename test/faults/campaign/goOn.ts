import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { Journal } from '../../../src/core/operation/types';
import type { Case } from './cases';

const attempts = 12;

/** Ends what did not end, as a user would: tries again while nodes come back, and the other way when told so, or in the end. Tells what came of each attempt. */
export async function goOn(client: ClusterClient, journal: Journal, ending: Case['ending']): Promise<string[]> {
  const told: string[] = [];
  let way = ending;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const [operation] = await journal.unfinished();
    if (!operation) break;
    if (operation.state === 'unreadable') {
      // What the message about it says.
      await rm(join(journal.directory, `${operation.id}.jsonl`));
      told.push(`deleted ${operation.message}`);
      continue;
    }
    try {
      const { outcome } = await journal[way](client, operation.id).finished;
      told.push(`${way}: ${outcome}`);
    } catch (error) {
      told.push(`${way}: ${describeError(error)}`);
      const isAdvised = way === 'resume' && /Roll the operation back/.test(String(error));
      if (isAdvised || attempt % 4 === 3) way = way === 'resume' ? 'rollBack' : 'resume';
      await wait(isAdvised ? 0 : 700);
    }
  }
  return told;
}

export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${'code' in error ? String(error.code) : error.name}: ${error.message}`;
}
