import assert from 'node:assert/strict';
import { Timeline, type TimelineEvent } from '../../../src/core/index';
import { TimelineMemory } from '../../../src/extension/sessions/timelineMemory';
import { fakeMemento, type FakeMemento } from './fakes';

const now = Date.UTC(2030, 0, 2);

describe('The memory of timelines', () => {
  it('holds what happened to each cluster, with all that belongs to it, over a reload', () => {
    const { state, reload } = make();
    const timeline = new Timeline();
    timeline.note({ atMilliseconds: now - 2000, kind: 'operation', text: 'It began.', story: 'o1', nodeId: 'a' });
    timeline.note({ atMilliseconds: now - 1000, kind: 'operation', text: 'completed.', story: 'o1', nodeId: 'a' });
    const memory = reload();
    memory.note('a', timeline.remember());
    memory.dispose();
    const again = new Timeline({ earlier: reload().recall('a') });
    assert.deepEqual(again.latest(), timeline.latest());
    again.note({ atMilliseconds: now, kind: 'supervisor', text: 'Something new.' });
    assert.equal(new Set(again.latest().map(({ id }) => id)).size, 2);
    assert.deepEqual(reload().recall('b'), []);
    assert.equal(state.values.size, 1);
  });

  it('gives at once what it was told, and writes it soon, as one', async () => {
    const { state, reload } = make();
    const memory = reload();
    memory.note('a', [event(1, now)]);
    memory.note('a', [event(1, now), event(2, now)]);
    assert.deepEqual(
      memory.recall('a').map(({ id }) => id),
      ['1', '2'],
    );
    assert.equal(state.values.size, 0);
    memory.dispose();
    assert.equal((state.values.get(keyOf('a')) as unknown[]).length, 2);
  });

  it('keeps the last 200 events of a day', () => {
    const { reload } = make();
    const memory = reload();
    const old = [event(1, now - 86_400_000), event(2, now + 86_400_000), event(3, now - 86_399_000)];
    memory.note('a', old);
    assert.deepEqual(
      memory.recall('a').map(({ id }) => id),
      ['3'],
    );
    memory.note(
      'a',
      Array.from({ length: 300 }, (_, index) => event(index, now)),
    );
    memory.dispose();
    const kept = reload().recall('a');
    assert.deepEqual([kept.length, kept[0]!.id, kept.at(-1)!.id], [200, '100', '299']);
  });

  it('drops what does not fit, and keeps the rest', () => {
    const { state, reload } = make();
    const good = event(7, now);
    const bad = [
      null,
      'x',
      { ...good, kind: 'gossip' },
      { ...good, id: 'x' },
      { ...good, stages: [{}] },
      { ...good, nodeIds: 7 },
    ];
    state.values.set(keyOf('a'), [...bad, good]);
    assert.deepEqual(reload().recall('a'), [good]);
    for (const value of ['x', 7, {}, null]) {
      state.values.set(keyOf('a'), value);
      assert.deepEqual(reload().recall('a'), []);
    }
  });

  it('forgets a cluster that is removed, and one that nobody has watched for a day', () => {
    const { state, reload } = make();
    state.values.set(keyOf('old'), [event(1, now - 90_000_000)]);
    state.values.set('another', 1);
    const memory = reload();
    memory.note('a', [event(1, now)]);
    memory.note('b', [event(1, now)]);
    memory.forget('a');
    assert.deepEqual(memory.recall('a'), []);
    memory.dispose();
    assert.deepEqual([...state.values.keys()], ['another', keyOf('b')]);
  });

  it('tells when it cannot be written', async () => {
    const told: unknown[] = [];
    const state = { ...fakeMemento(), update: () => Promise.reject(new Error('Full.')) };
    const memory = new TimelineMemory(
      state,
      error => told.push(error),
      () => now,
    );
    memory.note('a', [event(1, now)]);
    memory.dispose();
    await new Promise(resolve => setImmediate(resolve));
    assert.match(String(told), /Full/);
  });
});

function make(): { state: FakeMemento; reload: () => TimelineMemory } {
  const state = fakeMemento();
  const fail = (error: unknown): void => assert.fail(String(error));
  return { state, reload: () => new TimelineMemory(state, fail, () => now) };
}

function keyOf(clusterId: string): string {
  return `redisCluster.timeline.${clusterId}`;
}

function event(id: number, atMilliseconds: number): TimelineEvent {
  return {
    id: String(id),
    kind: 'joined',
    text: 't',
    atMilliseconds,
    sinceMilliseconds: 1,
    nodeIds: ['a'],
    stages: [],
  };
}
