import type { UndoContext, UndoResult } from './types';

/** Nothing is deleted: clients may have changed what was imported. Never throws. */
export function undoImport({ plan }: UndoContext): Promise<UndoResult> {
  const source = plan.steps.find(({ kind }) => kind === 'copyKeys');
  const from = source && 'source' in source ? source.source : 'The source';
  const notes = [
    'The keys that were imported stay in the cluster. Another import leaves out what is there with the same value.',
    `${from} was not changed.`,
  ];
  return Promise.resolve({ notes, settled: true });
}
