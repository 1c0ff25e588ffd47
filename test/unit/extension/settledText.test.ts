import assert from 'node:assert/strict';
import type { JournaledOperation, OperationResult, Plan } from '../../../src/core/index';
import { completionText } from '../../../src/extension/commands/completionText';
import { settledText } from '../../../src/extension/commands/settledText';

describe('What is said of an operation that has ended', () => {
  it('is what it did and how long that took, unless it was over soon or its result is shown otherwise', () => {
    const told = (kind: Plan['kind'], seconds: number, outcome: OperationResult['outcome'] = 'completed') =>
      completionText({ kind, title: 'Move 4001 slots' } as Plan, result(outcome, seconds));
    assert.equal(told('reshard', 125), 'Move 4001 slots: done in 2 min.');
    assert.equal(told('reshard', 2.9), undefined);
    assert.equal(told('fix', 0.5), 'Move 4001 slots: done in 0.5 s.');
    assert.equal(told('runCommand', 125), undefined);
    assert.equal(told('reshard', 125, 'cancelled'), undefined);
  });

  it('tells whoever comes late what became of one that was left unfinished', () => {
    const entry = { title: 'Move', state: 'completed', endedAt: new Date().toISOString() } as JournaledOperation;
    assert.match(settledText(entry), /^"Move" was resumed and has completed at \d\d:\d\d:\d\d: nothing is left/);
    assert.match(settledText({ ...entry, state: 'running' }), /runs now/);
    assert.match(settledText({ ...entry, state: 'cancelled' }), /rolled back or cancelled/);
    assert.match(settledText({ ...entry, state: 'interrupted' }), /dismissed/);
    assert.match(settledText(undefined), /Nothing was changed\.$/);
  });
});

function result(outcome: OperationResult['outcome'], seconds: number): OperationResult {
  return { outcome, durationMilliseconds: seconds * 1000, notes: [], topology: {} as OperationResult['topology'] };
}
