import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { abortable, withDeadline } from '../../../src/core/connection/deadline';

/** Answers on a thread of its own, and says so to who stands still meanwhile. */
const answerer = `
  const { parentPort, workerData: replied } = require('node:worker_threads');
  const server = require('node:net').createServer(socket => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write('answer', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      Atomics.store(replied, 0, 1);
      Atomics.notify(replied, 0);
    }));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

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

  it('lets through what came in while this process stood still', async () => {
    const replied = new Int32Array(new SharedArrayBuffer(4));
    const server = new Worker(answerer, { eval: true, workerData: replied });
    const [port] = (await once(server, 'message')) as [number];
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.write('question');
      const reply = withDeadline(once(socket, 'data'), 1, () => new Error('late'));
      assert.notEqual(Atomics.wait(replied, 0, 0, 30_000), 'timed-out');
      assert.equal(String(await reply), 'answer');
    } finally {
      socket.destroy();
      await server.terminate();
    }
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
