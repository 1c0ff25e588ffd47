import assert from 'node:assert/strict';
import type { SlotFigureOptions, SlotFigures } from '../../../src/core/index';
import { SlotMeasuring } from '../../../src/extension/topology/slotMeasuring';
import type { ToPage } from '../../../src/shared/pageProtocol';

/** A client that measures until it is told how it went, or broken off. */
class SlowClient {
  readonly asked: SlotFigureOptions[] = [];
  readonly #waiting: ((outcome: SlotFigures | Error) => void)[] = [];

  measureSlotFigures(options: SlotFigureOptions): Promise<SlotFigures> {
    this.asked.push(options);
    return new Promise((resolve, reject) => {
      this.#waiting.push(outcome => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error));
    });
  }

  finish(outcome: SlotFigures | Error): void {
    this.#waiting.at(-1)?.(outcome);
  }
}

const keys: SlotFigures = {
  by: 'keys',
  values: [1, -1],
  sampledNodeIds: [],
  missing: [{ nodeId: 'a', reason: 'It is down.' }],
  measuredAtMilliseconds: 5,
};

describe('measuring slots for a page', () => {
  let client: SlowClient;
  let posted: ToPage[];
  let measuring: SlotMeasuring;
  beforeEach(() => {
    client = new SlowClient();
    posted = [];
    measuring = new SlotMeasuring(
      () => Promise.resolve(client),
      message => posted.push(message),
    );
  });
  /** Until the client is asked. */
  const begin = async (by: 'keys' | 'memory'): Promise<{ ended: Promise<void> }> => {
    const ended = measuring.measure(by);
    await Promise.resolve();
    return { ended };
  };

  it('answers with the figures, and who could not tell', async () => {
    const { ended } = await begin('keys');
    client.finish(keys);
    await ended;
    assert.deepEqual(posted, [
      { type: 'slotFigures', by: 'keys', values: [1, -1], atMilliseconds: 5, missing: keys.missing },
    ]);
  });

  it('says when figures are estimated', async () => {
    const { ended } = await begin('memory');
    client.finish({ ...keys, by: 'memory', sampledNodeIds: ['a'] });
    await ended;
    assert.equal(posted[0]?.type === 'slotFigures' && posted[0].sampled, true);
  });

  it('answers with the reason when nothing can be measured', async () => {
    const { ended } = await begin('keys');
    client.finish(new Error('No node answers.'));
    await ended;
    assert.deepEqual(posted, [{ type: 'slotFiguresFailed', by: 'keys', reason: 'No node answers.' }]);
    const unreachable = new SlotMeasuring(
      () => Promise.reject(new Error('The password is wrong.')),
      message => posted.push(message),
    );
    await unreachable.measure('cpu');
    assert.deepEqual(posted[1], { type: 'slotFiguresFailed', by: 'cpu', reason: 'The password is wrong.' });
  });

  it('breaks off what nobody waits for, and says nothing of it', async () => {
    const { ended } = await begin('keys');
    measuring.stop();
    await ended;
    assert.equal(client.asked[0]?.signal?.aborted, true);
    assert.deepEqual(posted, []);
    measuring.stop();
  });

  it('lets another request take the place of the one before', async () => {
    const first = await begin('keys');
    const second = await begin('memory');
    await first.ended;
    client.finish({ ...keys, by: 'memory' });
    await second.ended;
    assert.deepEqual(
      client.asked.map(({ by, signal }) => [by, signal?.aborted]),
      [
        ['keys', true],
        ['memory', false],
      ],
    );
    assert.deepEqual(
      posted.map(message => 'by' in message && message.by),
      ['memory'],
    );
  });
});
