import assert from 'node:assert/strict';
import { Turns } from '../../../src/core/connection/turns';

describe('Turns', () => {
  it('lets no more tasks run at once than allowed, and all of them in the end', async () => {
    const turns = new Turns(3);
    let running = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        turns.run(async () => {
          most = Math.max(most, ++running);
          await new Promise(setImmediate);
          running--;
          return index;
        }),
      ),
    );
    assert.equal(most, 3);
    assert.deepEqual(
      results,
      results.map((_, index) => index),
    );
  });

  it('gives the turn of a task that failed to the next one', async () => {
    const turns = new Turns(1);
    const failing = turns.run(async () => Promise.reject(new Error('no')));
    const next = turns.run(async () => 'yes');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'yes');
  });
});
