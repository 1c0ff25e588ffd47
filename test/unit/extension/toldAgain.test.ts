import assert from 'node:assert/strict';
import { toldAgain } from '../../../src/extension/tree/toldAgain';

describe('What is told again', () => {
  it('is told once more, each element once, and then no more', async () => {
    const told: ('all' | string[])[] = [];
    const { again, next } = make(told);
    again.note([]);
    again.note(['one']);
    again.note(['two', 'one']);
    await next();
    assert.deepEqual(told, [['one', 'two']]);
    again.note(['three']);
    await next();
    assert.deepEqual(told, [['one', 'two'], ['three']]);
  });

  it('is the whole where the whole was told', async () => {
    const told: ('all' | string[])[] = [];
    const { again, next } = make(told);
    again.note(['one']);
    again.note('all');
    await next();
    assert.deepEqual(told, ['all']);
  });

  it('is nothing after its end', async () => {
    const told: ('all' | string[])[] = [];
    const { again } = make(told);
    again.note(['one']);
    again.dispose();
    // One that begins later comes later.
    const other = make([]);
    other.again.note(['two']);
    await other.next();
    assert.deepEqual(told, []);
  });
});

function make(told: ('all' | string[])[]) {
  let tellNext: (() => void) | undefined;
  const again = toldAgain<string>(elements => {
    told.push(elements);
    tellNext?.();
  }, 5);
  return { again, next: () => new Promise<void>(resolve => (tellNext = resolve)) };
}
