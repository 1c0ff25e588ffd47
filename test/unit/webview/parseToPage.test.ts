import assert from 'node:assert/strict';
import { snapshotChanges } from '../../../src/shared/snapshotChanges';
import { parsePageState, parseToPage } from '../../../src/webview/parseToPage';
import { makePast, makePreview } from '../../support/stillSnapshots';
import { makeBusySnapshot, makeEvent, makeEventfulSnapshot, makeSnapshot } from '../../support/pageSnapshots';

describe('parseToPage', () => {
  it('accepts every snapshot the extension makes', () => {
    const elsewhere = { ...makeSnapshot(), operation: { title: 'Move 5 slots', message: 'Runs in another window.' } };
    for (const snapshot of [makeSnapshot(), makeBusySnapshot(), makeEventfulSnapshot(), elsewhere]) {
      const message = { type: 'snapshot', snapshot };
      assert.deepEqual(parseToPage(message), { message });
    }
  });

  it('accepts what changed from one snapshot to the next, whatever that is', () => {
    const all = [makeSnapshot(), makeBusySnapshot(), makeEventfulSnapshot(), makeSnapshot({ shards: 2, spares: 1 })];
    for (const before of all)
      for (const after of all) {
        const message = { type: 'changes', changes: snapshotChanges(before, { ...after, version: 2 }) };
        assert.deepEqual(parseToPage(message), { message });
      }
  });

  const plain = { since: 1, fields: { version: 2 }, lists: {}, gone: [] };
  for (const [title, part, wrong] of [
    ['without a version', { fields: {} }, 'version is not what it should be'],
    ['from nowhere', { since: '1' }, 'since is not what it should be'],
    [
      'of a field that is something else',
      { fields: { version: 2, status: 'fine' } },
      'status is not what it should be',
    ],
    ['of a list that is told entry by entry', { fields: { version: 2, nodes: [] } }, 'nodes has no place in them'],
    ['of a field nobody knows', { fields: { version: 2, extra: 1 } }, 'extra has no place in them'],
    ['of a list nobody knows', { lists: { problems: { items: [] } } }, 'problems has no place in them'],
    ['of a list without entries', { lists: { nodes: {} } }, 'nodes.items is not what it should be'],
    [
      'of an order that is no list',
      { lists: { nodes: { items: [], order: 'a' } } },
      'nodes.order is not what it should be',
    ],
    ['of half a node', { lists: { nodes: { items: [{ id: 'a' }] } } }, 'nodes[0].name is not what it should be'],
    ['of half a problem', { fields: { version: 2, problems: [{}] } }, 'problems[0].severity is not what it should be'],
    ['that takes away what must be there', { gone: ['status'] }, 'gone is not what it should be'],
    ['that take away what never was', { gone: ['constructor'] }, 'gone is not what it should be'],
  ] as const)
    it(`refuses changes ${title}`, () =>
      assert.deepEqual(parseToPage({ type: 'changes', changes: { ...plain, ...part } }), {
        problem: `Changes are malformed: ${wrong}.`,
      }));

  it('accepts a selection and its clearing', () => {
    assert.ok('message' in parseToPage({ type: 'select', nodeId: 'a' }));
    assert.ok('message' in parseToPage({ type: 'select' }));
  });

  const figures = {
    type: 'slotFigures',
    by: 'keys',
    values: new Array<number>(16384).fill(-1),
    atMilliseconds: 1,
    missing: [{ nodeId: 'a', reason: 'It is down.' }],
  };

  it('accepts figures of the slots, or why there are none', () => {
    for (const message of [
      figures,
      { ...figures, sampled: true },
      { type: 'slotFiguresFailed', by: 'cpu', reason: 'No node answers.' },
    ])
      assert.deepEqual(parseToPage(message), { message });
  });

  it('accepts another picture than the present one, and the end of it', () => {
    const snapshot = makeSnapshot();
    for (const message of [
      makePast(snapshot),
      { type: 'past', request: 3, now: true },
      { type: 'preview', preview: makePreview(snapshot) },
      { type: 'preview' },
    ])
      assert.deepEqual(parseToPage(message), { message });
  });

  const good = makeSnapshot();
  for (const [title, value, problem] of [
    ['no object', 'snapshot', 'A message is not an object.'],
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
    [
      'an open slot that goes nowhere',
      withSnapshot({ openSlots: [{ slots: '5', nodeId: 'a', direction: 'sideways', peerId: 'b' }] }),
      'A snapshot is malformed: openSlots[0].direction is not what it should be.',
    ],
    [
      'a move without an end',
      withSnapshot({ slotMoves: [{ slots: '5', fromId: 'a' }] }),
      'A snapshot is malformed: slotMoves[0].toId is not what it should be.',
    ],
    [
      'a snapshot without disputed slots',
      withSnapshot({ disputedSlots: undefined }),
      'A snapshot is malformed: disputedSlots is not what it should be.',
    ],
    [
      'figures of too few slots',
      { ...figures, values: [1, 2] },
      'Slot figures are malformed: values is not what it should be.',
    ],
    [
      'figures that are no numbers',
      { ...figures, values: figures.values.map(String) },
      'Slot figures are malformed: values is not what it should be.',
    ],
    [
      'figures of what nobody asked for',
      { ...figures, by: 'luck' },
      'Slot figures are malformed: by is not what it should be.',
    ],
    [
      'a past without its snapshot',
      { type: 'past', request: 1, seenUntilMilliseconds: 1 },
      'A past is malformed: it is not an object.',
    ],
    [
      'a past that answers nothing',
      { type: 'past', now: true },
      'A past is malformed: request is not what it should be.',
    ],
    [
      'a snapshot of no known moment',
      withSnapshot({ still: 'future' as never }),
      'A snapshot is malformed: still is not what it should be.',
    ],
    [
      'a plan without a verb',
      { type: 'preview', preview: { ...makePreview(good), verb: 1 } },
      'A preview is malformed: verb is not what it should be.',
    ],
    [
      'a plan whose outcome is none',
      { type: 'preview', preview: { ...makePreview(good), after: { ...good, nodes: {} } } },
      'A preview is malformed: nodes is not what it should be.',
    ],
    ['a plan that is none', { type: 'preview', preview: 'yes' }, 'A preview is malformed: it is not an object.'],
    [
      'a verdict on no host',
      withSnapshot({ domains: [{ ...good.domains[0]!, kind: 'planet' as never }] }),
      'A snapshot is malformed: domains[0].kind is not what it should be.',
    ],
    [
      'a what-if about nobody',
      { type: 'whatIf', subject: {}, reason: 'r' },
      'A what-if is malformed: subject is not what it should be.',
    ],
    [
      'a loss without a text',
      { type: 'whatIf', subject: { kind: 'host', label: 'h' }, loss: { nodeIds: [] } },
      'A what-if is malformed: loss is not what it should be.',
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
    const state = { clusterId: 'a', view: 'hosts', selectedNodeId: 'n' };
    assert.deepEqual(parsePageState({ ...state, extra: 1 }), state);
    assert.deepEqual(parsePageState({ clusterId: 'a', view: 'graph' }), { clusterId: 'a', view: 'graph' });
    assert.deepEqual(parsePageState({ ...state, timelineFolded: true }), { ...state, timelineFolded: true });
    assert.deepEqual(parsePageState({ ...state, timelineFolded: 'yes' }), state);
    const slots = { mode: 'keys', selected: '0-100,5461', cursor: 5461 };
    assert.deepEqual(parsePageState({ ...state, slots: { ...slots, extra: 1 } }), { ...state, slots });
    for (const bad of [{ ...slots, mode: 'x' }, { ...slots, selected: 'x' }, { ...slots, cursor: 16384 }, 'x'])
      assert.deepEqual(parsePageState({ ...state, slots: bad }), state);
    for (const value of [undefined, null, 7, {}, { clusterId: 'a', view: 'colour' }, { view: 'hosts' }])
      assert.equal(parsePageState(value), undefined);
  });
});
