import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { abortable, withDeadline } from '../../../src/core/connection/deadline';

const never = new Promise<never>(() => undefined);

describe('A deadline', () => {
  it('lets through what settles in time', async () => {
    assert.equal(await withDeadline(Promise.resolve(1), 10_000, () => new Error('late')), 1);
    await assert.rejects(
      withDeadline(Promise.reject(new Error('own')), 10_000, () => new Error('late')),
      /own/,
    );
  });

  it('rejects with the given error when the time runs out', async () => {
    await assert.rejects(
      withDeadline(never, 1, () => new Error('late')),
      /late/,
    );
  });

  it("rejects with the signal's reason when it aborts, before or meanwhile", async () => {
    await assert.rejects(
      withDeadline(never, 10_000, () => 0, AbortSignal.abort(new Error('before'))),
      /before/,
    );
    const controller = new AbortController();
    const waiting = withDeadline(never, 10_000, () => 0, controller.signal);
    controller.abort(new Error('meanwhile'));
    await assert.rejects(waiting, /meanwhile/);
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    await abortable(Promise.resolve(), signal);
    await assert.rejects(
      withDeadline(never, 1, () => new Error('late'), signal),
      /late/,
    );
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  it('does not turn what was given up into an unhandled rejection', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_, reject) => (fail = reject));
    await assert.rejects(
      withDeadline(work, 1, () => new Error('late')),
      /late/,
    );
    fail(new Error('nobody waits for this'));
    await new Promise(setImmediate);
  });
});
