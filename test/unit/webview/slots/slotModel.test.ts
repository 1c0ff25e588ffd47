import assert from 'node:assert/strict';
import type { Snapshot } from '../../../../src/shared/pageProtocol';
import { describeSlot } from '../../../../src/webview/slots/describeSlot';
import { isSameModel, makeSlotModel, stateOf } from '../../../../src/webview/slots/slotModel';
import { change, makeSnapshot, nodeId } from '../../../support/pageSnapshots';

const [first, second] = [nodeId(7000), nodeId(7001)];
const migrating = { slots: '5', nodeId: first, direction: 'migrating', peerId: second } as const;
const importing = { slots: '5', nodeId: second, direction: 'importing', peerId: first } as const;

describe('the model of the slots', () => {
  const healthy = makeSnapshot();

  it('gives every slot its owner, in the order of slots', () => {
    const { owners, owner } = makeSlotModel(healthy);
    assert.deepEqual(
      owners.map(({ node, count }) => [node.id, count]),
      [
        [first, 5462],
        [second, 5461],
        [nodeId(7002), 5461],
      ],
    );
    assert.deepEqual([owner[0], owner[5461], owner[5462], owner[16383]], [0, 0, 1, 2]);
  });

  it('finds the gaps', () => {
    const model = makeSlotModel(change(healthy, { 7000: { slots: '0-99,101-5461' } }));
    assert.deepEqual(
      [99, 100, 101].map(slot => stateOf(model, slot)),
      ['ok', 'gap', 'ok'],
    );
    assert.equal(model.owner[100], -1);
  });

  for (const [state, word] of [
    ['failed', 'failed'],
    ['suspect', 'suspect'],
    ['unreachable', 'away'],
    ['loading', 'away'],
    ['ok', 'ok'],
  ] as const)
    it(`calls the slots of a master that is ${state} ${word}`, () => {
      assert.equal(stateOf(makeSlotModel(change(healthy, { 7000: { state } })), 0), word);
    });

  for (const [title, openSlots, state] of [
    ['both ends say so', [migrating, importing], 'moving'],
    ['only the giving end says so', [migrating], 'halfOut'],
    ['only the taking end says so', [importing], 'halfIn'],
    ['the ends name different nodes', [migrating, { ...importing, peerId: nodeId(7002) }], 'halfOut'],
    ['two nodes take it', [migrating, importing, { ...importing, nodeId: nodeId(7002) }], 'halfOut'],
    [
      'one gives that does not own it',
      [
        { ...migrating, nodeId: second, peerId: first },
        { ...importing, nodeId: first, peerId: second },
      ],
      'halfOut',
    ],
  ] as const)
    it(`tells a slot that moves from a half-open one: ${title}`, () => {
      const snapshot = { ...healthy, openSlots: [...openSlots] };
      const model = makeSlotModel(snapshot);
      assert.equal(stateOf(model, 5), state);
      assert.equal(stateOf(model, 6), 'ok');
      const words = describeSlot(5, model, snapshot).join('; ');
      assert.equal(words.includes('half-open'), state !== 'moving', words);
    });

  it('shows the worst of what holds, and tells all of it', () => {
    const text = 'Slot 5 belongs to 127.0.0.1:7000, but 127.0.0.1:7001 claims it too.';
    const snapshot: Snapshot = {
      ...change(healthy, { 7000: { state: 'suspect', stateText: 'suspect 2/6' } }),
      openSlots: [migrating],
      disputedSlots: [{ slots: '5', text }],
      slotMoves: [{ slots: '0-9', fromId: first, toId: second }],
    };
    const model = makeSlotModel(snapshot);
    assert.equal(stateOf(model, 5), 'disputed');
    assert.deepEqual(describeSlot(5, model, snapshot), [
      '127.0.0.1:7000, suspect 2/6',
      '127.0.0.1:7000 says it goes to 127.0.0.1:7001',
      'half-open: the other end does not say the same',
      text,
      'will go to 127.0.0.1:7001',
    ]);
  });

  it('counts how much of a move is there', () => {
    const snapshot = { ...healthy, slotMoves: [{ slots: '5400-5499', fromId: first, toId: second }] };
    const model = makeSlotModel(snapshot);
    assert.deepEqual(model.transfers, [{ fromId: first, toId: second, done: 38, total: 100 }]);
    assert.deepEqual([stateOf(model, 5461), stateOf(model, 5462)], ['planned', 'ok']);
    assert.deepEqual([model.moved[5461], model.moved[5462]], [0, 1]);
    assert.match(describeSlot(5462, model, snapshot).join(), /moved here from 127.0.0.1:7000/);
  });

  it('names a node nobody lists by the start of its id', () => {
    const snapshot = { ...healthy, openSlots: [{ ...migrating, peerId: 'abcdef0123'.repeat(4) }] };
    assert.match(describeSlot(5, makeSlotModel(snapshot), snapshot).join(), /node abcdef01, which nobody lists/);
  });

  it('notices what changes the picture, and nothing else', () => {
    const model = makeSlotModel(healthy);
    assert.equal(
      isSameModel(model, makeSlotModel(change(healthy, { 7000: { keys: 9, operationsPerSecond: 1 } }))),
      true,
    );
    for (const other of [
      change(healthy, { 7000: { slots: '1-5461' } }),
      change(healthy, { 7000: { state: 'suspect' } }),
      { ...healthy, openSlots: [migrating] },
    ])
      assert.equal(isSameModel(model, makeSlotModel(other)), false);
  });

  it('makes something of no nodes at all', () => {
    const model = makeSlotModel({ ...healthy, nodes: [] });
    assert.equal(model.owners.length, 0);
    assert.equal(stateOf(model, 0), 'gap');
  });
});
