import assert from 'node:assert/strict';
import { Cancelled, OperationControl } from '../../../src/core/operation/operationControl';
import type { OperationProgress, OperationResult } from '../../../src/core/operation/types';
import type { Plan } from '../../../src/core/plan/types';
import { eventually } from '../../support/testCluster';

const plan = { title: 'A plan', steps: [] } as unknown as Plan;
const result = { outcome: 'completed' } as OperationResult;

function start(
  run: (control: OperationControl) => Promise<OperationResult>,
  options: { signal?: AbortSignal; onProgress?: (progress: OperationProgress) => void } = {},
): OperationControl {
  return new OperationControl('id', plan, options, run);
}

describe('operation control', () => {
  it('tells no progress before the caller has the operation in hand', async () => {
    let told = 0;
    const control = start(
      async control => {
        control.update({ state: 'running', message: 'Running.' });
        return result;
      },
      { onProgress: () => told++ },
    );
    assert.equal(told, 0);
    assert.equal(control.state, 'pending');
    await control.finished;
    assert.equal(told, 1);
  });

  it('pauses at the next safe point and goes on when told to', async () => {
    const passed: number[] = [];
    const control = start(async control => {
      control.update({ state: 'running' });
      for (let step = 0; step < 3; step++) {
        await control.safePoint();
        passed.push(step);
        if (step === 0) control.pause();
      }
      return result;
    });
    await eventually(() => control.state === 'paused', { what: 'it pauses' });
    assert.deepEqual(passed, [0]);
    control.resume();
    assert.equal(control.state, 'running');
    await control.finished;
    assert.deepEqual(passed, [0, 1, 2]);
  });

  it('goes on when whoever hears of the pause resumes it at once', async () => {
    const control = start(
      async control => {
        control.update({ state: 'running' });
        control.pause();
        await control.safePoint();
        return result;
      },
      { onProgress: ({ state }) => void (state === 'paused' && control.resume()) },
    );
    await eventually(() => control.state === 'running', { what: 'it goes on' });
    let isOver = false;
    void control.finished.then(() => (isOver = true));
    await eventually(() => isOver, { what: 'it ends' });
  });

  it('can be paused again after it went on', async () => {
    const control = start(async control => {
      control.update({ state: 'running' });
      control.pause();
      await control.safePoint();
      control.pause();
      await control.safePoint();
      return result;
    });
    for (let pause = 0; pause < 2; pause++) {
      await eventually(() => control.state === 'paused', { what: `it pauses, ${pause}` });
      control.resume();
    }
    await control.finished;
  });

  it('cancels out of a pause', async () => {
    const control = start(async control => {
      control.update({ state: 'running' });
      control.pause();
      await control.safePoint();
      return result;
    });
    await eventually(() => control.state === 'paused', { what: 'it pauses' });
    control.cancel();
    await assert.rejects(control.finished, Cancelled);
  });

  for (const act of ['resume', 'cancel'] as const)
    it(`lets all go that wait side by side at a ${act}`, async () => {
      let waiting = 0;
      const control = start(async control => {
        control.update({ state: 'running' });
        control.pause();
        await Promise.all([1, 2, 3].map(() => (waiting++, control.safePoint())));
        return result;
      });
      await eventually(() => waiting === 3, { what: 'all wait' });
      control[act]();
      if (act === 'resume') assert.equal(await control.finished, result);
      else await assert.rejects(control.finished, Cancelled);
    });

  it('is paused when nothing is in flight any more, and not before', async () => {
    const ends: (() => void)[] = [];
    const control = start(async control => {
      control.update({ state: 'running' });
      const lane = async (): Promise<void> => {
        for (let window = 0; window < 2; window++)
          await control.inFlight(() => new Promise<void>(resolve => ends.push(resolve)));
      };
      await Promise.all([lane(), lane()]);
      return result;
    });
    await eventually(() => ends.length === 2, { what: 'both lanes work' });
    control.pause();
    ends[0]!();
    // The first lane waits now; the other still works.
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(control.state, 'pausing');
    ends[1]!();
    await eventually(() => control.state === 'paused', { what: 'it pauses' });
    control.resume();
    await eventually(() => ends.length === 4, { what: 'both lanes work again' });
    for (const end of ends) end();
    assert.equal(await control.finished, result);
  });

  it('is cancelled by its signal, also by one that was aborted before', async () => {
    for (const when of ['before', 'after']) {
      const controller = new AbortController();
      if (when === 'before') controller.abort();
      const control = start(
        async control => {
          for (;;) {
            await control.safePoint();
            await new Promise(resolve => setImmediate(resolve));
          }
        },
        { signal: controller.signal },
      );
      if (when === 'after') setImmediate(() => controller.abort());
      await assert.rejects(control.finished, Cancelled, when);
    }
  });

  it('never surfaces as an unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    try {
      start(async () => {
        throw new Error('nobody listens');
      });
      await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', listen);
    }
  });

  it('survives a listener that throws', async () => {
    const control = start(
      async control => {
        control.update({ state: 'running' });
        return result;
      },
      {
        onProgress: () => {
          throw new Error('a defect');
        },
      },
    );
    assert.equal(await control.finished, result);
  });

  it('tells every step at once, and what happens within one only now and then', async () => {
    const messages: string[] = [];
    const control = start(
      async control => {
        control.update({ message: 'step' });
        for (let report = 0; report < 1000; report++) control.report(`report ${report}`, report / 1000);
        control.update({ message: 'next step' });
        return result;
      },
      { onProgress: ({ message }) => messages.push(message) },
    );
    await control.finished;
    assert.equal(messages[0], 'step');
    assert.equal(messages.at(-1), 'next step');
    assert(messages.length < 20, `${messages.length} messages`);
  });

  it('never goes back in its fraction', async () => {
    const control = start(async control => {
      control.report('far', 0.5);
      control.report('looks again', 0.2);
      assert.equal(control.progress.fraction, 0.5);
      return result;
    });
    await control.finished;
  });
});
