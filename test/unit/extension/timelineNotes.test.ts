import assert from 'node:assert/strict';
import { Timeline, type Operation } from '../../../src/core/index';
import { noteOperation, timelineOperation } from '../../../src/extension/sessions/timelineNotes';

const replica = { id: 'a'.repeat(40), address: '127.0.0.1:7003' };

function operationThat(finished: Promise<unknown>): Operation {
  const steps = [{ kind: 'checkFailover' }, { kind: 'failOver', replica }, { kind: 'awaitRoles', replica }];
  return { id: 'o1', plan: { title: 'Fail over to 7003', steps }, finished } as unknown as Operation;
}

describe('An operation in the timeline', () => {
  for (const [outcome, finished, text] of [
    ['completed', () => Promise.resolve({ outcome: 'completed' }), 'Fail over to 7003: completed.'],
    ['cancelled', () => Promise.resolve({ outcome: 'cancelled' }), 'Fail over to 7003: cancelled.'],
    ['failed', () => Promise.reject(new Error('It was late.')), 'Fail over to 7003: it failed. It was late.'],
  ] as const)
    it(`that ${outcome} is one event with its beginning and its end`, async () => {
      const timeline = new Timeline();
      await noteOperation(timeline, operationThat(finished()));
      const [event, ...rest] = timeline.latest();
      assert.deepEqual(rest, []);
      assert.equal(event!.text, text);
      assert.deepEqual(
        event!.stages.map(stage => stage.text),
        ['Fail over to 7003: it began.', text],
      );
    });

  it('answers for the failovers that it asks for, and for no other', () => {
    const operation = operationThat(Promise.resolve());
    assert.deepEqual(timelineOperation(operation), { title: 'Fail over to 7003', promotes: [replica.id] });
  });
});
