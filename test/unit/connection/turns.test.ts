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

  it('lets others begin while some wait outside for longer than a moment, so many and no more', async () => {
    const turns = new Turns(2, 3);
    const began: number[] = [];
    let answer: () => void = () => undefined;
    const silent = new Promise<void>(resolve => (answer = resolve));
    const results = Array.from({ length: 9 }, (_, index) =>
      turns.run(async outside => {
        began.push(index);
        await outside(silent);
        return index;
      }),
    );
    while (began.length < 5) await moment();
    // The last two would have given their turns away by then.
    await moment();
    await moment();
    assert.deepEqual(began, [0, 1, 2, 3, 4]);
    answer();
    assert.deepEqual(await Promise.all(results), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('lets those who have a turn and wait go outside as soon as others come back from there', async () => {
    const turns = new Turns(1, 1);
    const answers: (() => void)[] = [];
    const tasks = Array.from({ length: 3 }, () =>
      turns.run(async outside => outside(new Promise<void>(resolve => answers.push(resolve)))),
    );
    while (answers.length < 2) await moment();
    // The first is outside, the second waits with the turn.
    await moment();
    assert.equal(answers.length, 2);
    answers[0]!();
    while (answers.length < 3) await moment();
    answers[1]!();
    answers[2]!();
    await Promise.all(tasks);
  });

  it('lets no more run at once when those outside come back, and forgets those that failed there', async () => {
    const turns = new Turns(1, 2);
    let answer: () => void = () => undefined;
    const answered = new Promise<void>(resolve => (answer = resolve));
    const refused = answered.then(() => Promise.reject(new Error('refused')));
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    };
    const task = (waiting: Promise<void>) => turns.run(async outside => outside(waiting).then(work));
    const tasks = [task(answered), task(refused), task(answered), task(Promise.resolve())];
    await moment();
    await moment();
    await moment();
    answer();
    const outcomes = await Promise.allSettled(tasks);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    assert.equal(most, 1);
    assert.equal(await turns.run(() => Promise.resolve('free')), 'free');
  });

  /** As long as a turn is kept by one that waits outside. */
  async function moment(): Promise<void> {
    const clock = new Turns(1, 1);
    void clock.run(async outside => outside(new Promise(() => undefined)));
    await clock.run(() => Promise.resolve());
  }

  it('gives the turn of a task that failed to the next one', async () => {
    const turns = new Turns(1);
    const failing = turns.run(async () => Promise.reject(new Error('no')));
    const next = turns.run(async () => 'yes');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'yes');
  });
});
