import assert from 'node:assert/strict';
import { afresh } from '../../../src/extension/tree/afresh';

describe('What is done afresh', () => {
  it('begins once more after what was in flight when it was asked for, however often that was', async () => {
    const ends: (() => void)[] = [];
    const ask = afresh(() => new Promise<void>(end => ends.push(end)));
    const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
    ask();
    ask();
    ask();
    assert.equal(ends.length, 1);
    ends[0]!();
    await settled();
    assert.equal(ends.length, 2);
    ends[1]!();
    await settled();
    assert.equal(ends.length, 2);
    ask();
    assert.equal(ends.length, 3);
  });
});
