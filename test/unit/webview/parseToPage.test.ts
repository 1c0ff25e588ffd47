import assert from 'node:assert/strict';
import { parsePageState, parseToPage } from '../../../src/webview/parseToPage';
import { makeBusySnapshot, makeEvent, makeEventfulSnapshot, makeSnapshot } from '../../support/pageSnapshots';

describe('parseToPage', () => {
  it('accepts every snapshot the extension makes', () => {
    for (const snapshot of [makeSnapshot(), makeBusySnapshot(), makeEventfulSnapshot()]) {
      const message = { type: 'snapshot', snapshot };
      assert.deepEqual(parseToPage(message), { message });
    }
  });

  it('accepts a selection and its clearing', () => {
    assert.ok('message' in parseToPage({ type: 'select', nodeId: 'a' }));
    assert.ok('message' in parseToPage({ type: 'select' }));
  });

  const good = makeSnapshot();
  for (const [title, value, problem] of [
    ['no object', 'snapshot', 'A message is not an object: string.'],
    ['an unknown type', { type: 'explode' }, 'Unknown message: explode.'],
    ['no snapshot', { type: 'snapshot' }, 'A snapshot is malformed: it is not an object.'],
    [
      'a version that is text',
      withSnapshot({ version: '2' }),
      'A snapshot is malformed: version is not what it should be.',
    ],
    [
      'a node that is no object',
      withSnapshot({ nodes: [null] }),
      'A snapshot is malformed: nodes[0] is not an object.',
    ],
    [
      'an unknown state',
      withSnapshot({ nodes: [{ ...good.nodes[0], state: 'happy' }] }),
      'A snapshot is malformed: nodes[0].state is not what it should be.',
    ],
    [
      'a shard without replicas',
      withSnapshot({ shards: [{ id: 's', name: 's', slots: '' }] }),
      'A snapshot is malformed: shards[0].replicaIds is not what it should be.',
    ],
    [
      'an event of an unknown kind',
      withSnapshot({ events: [{ ...makeEvent('failed', 1, 'It failed.'), kind: 'burnt' }] }),
      'A snapshot is malformed: events[0].kind is not what it should be.',
    ],
    [
      'a stage without a time',
      withSnapshot({
        events: [makeEvent('failed', 1, 'It failed.', { stages: [{ kind: 'failed', text: 't' } as never] })],
      }),
      'A snapshot is malformed: events[0].stages is not what it should be.',
    ],
    [
      'a history that is none',
      withSnapshot({ nodes: [{ ...good.nodes[0], history: [{ state: 'ok' }] }] }),
      'A snapshot is malformed: nodes[0].history is not what it should be.',
    ],
    ['a selection by number', { type: 'select', nodeId: 7 }, 'The node id of a selection is not text.'],
  ] as const)
    it(`refuses ${title} and says why`, () => assert.deepEqual(parseToPage(value), { problem }));

  function withSnapshot(part: object): unknown {
    return { type: 'snapshot', snapshot: { ...makeSnapshot(), ...part } };
  }
});

describe('parsePageState', () => {
  it('takes what it saved and drops anything else', () => {
    const state = { clusterId: 'a', groupBy: 'host', selectedNodeId: 'n' };
    assert.deepEqual(parsePageState({ ...state, extra: 1 }), state);
    assert.deepEqual(parsePageState({ clusterId: 'a', groupBy: 'shard' }), { clusterId: 'a', groupBy: 'shard' });
    assert.deepEqual(parsePageState({ ...state, timelineFolded: true }), { ...state, timelineFolded: true });
    assert.deepEqual(parsePageState({ ...state, timelineFolded: 'yes' }), state);
    for (const value of [undefined, null, 7, {}, { clusterId: 'a', groupBy: 'colour' }, { groupBy: 'host' }])
      assert.equal(parsePageState(value), undefined);
  });
});
