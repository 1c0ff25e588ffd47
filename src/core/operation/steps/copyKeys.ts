import { copyKeys as copyDatabase, noCopies, type KeyCopies } from '../../migration/keyCopy/copyKeys';
import { count, joinSome, numberText } from '../../plan/phrases';
import { OperationError } from '../operationError';
import { withKeyCopy } from './withKeyCopy';
import type { RunStep, StepContext, StepOf } from './types';

type CopyKeys = StepOf<'copyKeys'>;

/**
 * Copies the keys of a server outside to the masters of their slots. All of them are looked at again after an interruption:
 * what is there already is only compared. Throws an OperationError `keyExists` or `keysRefused` that names the keys, or a
 * ClusterError; what was imported stays.
 */
export const copyKeys: RunStep<'copyKeys'> = async (step, context) => {
  const copies = noCopies();
  try {
    await withKeyCopy(
      step,
      context,
      () => copies.read,
      async ends => {
        for (const pair of step.databases) {
          await copyDatabase(pair, { pattern: step.pattern, rule: step.conflict }, ends, copies);
          refuseConflicts(copies, step);
        }
      },
    );
  } finally {
    tellCopies(copies, step, context);
  }
  if (copies.refused === 0) return;
  throw new OperationError(
    'keysRefused',
    `${count(copies.refused, 'key')} could not be imported, everything else was: ${joinSome(copies.refusedNames)}.`,
    {
      remedy:
        'The servers do not know the type, or it is too large for them. Leave these out with a pattern, or copy them another way.',
    },
  );
};

function refuseConflicts({ conflicts, conflictNames, imported, equal }: KeyCopies, { conflict, keys }: CopyKeys): void {
  if (conflict !== 'stop' || conflicts === 0) return;
  throw new OperationError(
    'keyExists',
    `${conflicts === 1 ? 'A key is' : `${conflicts} keys are`} in the cluster already, and not the same: ${joinSome(conflictNames)}. ${conflicts === 1 ? "The cluster's stays as it was" : "The cluster's stay as they were"}. ${numberText(imported)} of ${count(keys, 'key')} ${imported === 1 ? 'was' : 'were'} imported before it stopped${equal > 0 ? `, and ${equal} ${equal === 1 ? 'was' : 'were'} there already with the same value` : ''}.`,
    { remedy: 'Import again, and say whether the copies of the cluster are to be kept or replaced.' },
  );
}

function tellCopies(copies: KeyCopies, { source, conflict }: CopyKeys, { note, mode }: StepContext): void {
  const parts = [
    `${numberText(copies.imported)} imported`,
    ...(copies.replaced > 0 ? [`${numberText(copies.replaced)} replaced`] : []),
    ...(copies.equal > 0
      ? [
          `${numberText(copies.equal)} there already with the same value${mode === 'resume' ? ' (from the first attempt, most likely)' : ''}`,
        ]
      : []),
    ...(copies.conflicts > 0 ? [`${numberText(copies.conflicts)} there with another value, and left alone`] : []),
    ...(copies.gone > 0 ? [`${numberText(copies.gone)} gone before they could be read`] : []),
    ...(copies.refused > 0 ? [`${numberText(copies.refused)} refused by the servers`] : []),
  ];
  note(`${count(copies.read, 'key')} of ${source} looked at: ${parts.join(', ')}.`);
  if (conflict === 'skip' && copies.conflicts > 0)
    note(`Left as the cluster had them: ${listed(copies.conflictNames, copies.conflicts)}.`);
}

function listed(names: readonly string[], all: number): string {
  return all > names.length ? `${names.join(', ')} and ${numberText(all - names.length)} more` : names.join(', ');
}
