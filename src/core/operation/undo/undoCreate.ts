import { lookBeforeReset, type Remains } from './remains';
import { resetNodes } from './resetNodes';
import type { UndoContext, UndoResult } from './types';
import { undoFunctions } from './undoFunctions';
import { undoSettings } from './undoSettings';

/**
 * Takes a creation back: settings first, then the nodes it found empty and changed are reset, then their function
 * libraries are as before. A node that holds keys, or is no longer the one that was found, is left and named. Once all
 * nodes had agreed, the cluster is complete and stays. Never throws.
 */
export async function undoCreate(context: UndoContext): Promise<UndoResult> {
  const settings = await undoSettings(context);
  if (isComplete(context)) {
    const kept = 'The cluster is complete and was kept.';
    return { notes: [...settings.notes, kept], settled: settings.settled };
  }
  const remains = await lookBeforeReset(context);
  const reset = await resetNodes(remains, context);
  const functions = await undoFunctions(addressesOf(remains), context);
  const parts = [settings, reset, functions];
  return { notes: parts.flatMap(({ notes }) => notes), settled: parts.every(({ settled }) => settled) };
}

function isComplete({ plan, record }: UndoContext): boolean {
  const agreement = plan.steps.findIndex(({ kind }) => kind === 'awaitAgreement');
  return record.hasFinished(agreement);
}

function addressesOf({ masters, replicas, untouched, renamed }: Remains): Set<string> {
  return new Set([...masters, ...replicas, ...untouched, ...renamed].map(({ address }) => address));
}
