import assert from 'node:assert/strict';
import { describeChanges } from '../../../../src/webview/describeChanges';
import { findMotions } from '../../../../src/webview/motion/motions';
import { change, makeSnapshot, nodeId } from '../../../support/pageSnapshots';
import { makeMovingSnapshot, makeSwappedSnapshot } from '../../../support/movingSnapshots';

describe('what moves in a snapshot', () => {
  const words = (snapshot: Parameters<typeof findMotions>[0]) =>
    Object.fromEntries(
      [...findMotions(snapshot).nodes].map(([id, { word, text }]) => [Number.parseInt(id, 16), [word, text]]),
    );

  it('counts what is there by who owns it, pair by pair and end by end', () => {
    assert.deepEqual(words(makeMovingSnapshot()), {
      7000: ['600 of 1,365', 'gives slots to 127.0.0.1:7001, 400 of 1,000; 127.0.0.1:7002, 200 of 365'],
      7001: ['400 of 1,000', 'takes slots from 127.0.0.1:7000, 400 of 1,000'],
      7002: ['200 of 365', 'takes slots from 127.0.0.1:7000, 200 of 365'],
    });
  });

  it('marks in the bands of both ends what is still to come', () => {
    const { bands } = findMotions(makeMovingSnapshot());
    assert.deepEqual(
      [7000, 7001, 7002].map(port => bands.get(nodeId(port))),
      ['1000-1599,2000-2164', '1000-1599', '2000-2164'],
    );
  });

  it('takes two steps between the same masters as one, and leaves out ends nobody knows', () => {
    const snapshot = makeSnapshot();
    const { transfers } = findMotions({
      ...snapshot,
      slotMoves: [
        { slots: '0-9', fromId: nodeId(7000), toId: nodeId(7001) },
        { slots: '5-19', fromId: nodeId(7000), toId: nodeId(7001) },
        { slots: '30', fromId: nodeId(7000), toId: nodeId(9999) },
      ],
    });
    assert.deepEqual(
      transfers.map(({ done, total }) => [done, total]),
      [[0, 20]],
    );
  });

  it('shows half-open slots that no operation of ours moves, without a number of all', () => {
    const openSlots = [
      { slots: '5-7', nodeId: nodeId(7000), direction: 'migrating' as const, peerId: nodeId(7001) },
      { slots: '7-8', nodeId: nodeId(7001), direction: 'importing' as const, peerId: nodeId(7000) },
    ];
    assert.deepEqual(words({ ...makeSnapshot(), openSlots }), {
      7000: ['4 on the way', 'gives slots to 127.0.0.1:7001, 4 on the way'],
      7001: ['4 on the way', 'takes slots from 127.0.0.1:7000, 4 on the way'],
    });
    const moving = makeMovingSnapshot();
    assert.deepEqual(words({ ...moving, openSlots }), words(moving), 'our own move is told once');
  });

  it('tells of a failover that runs, and of one for a minute after it', () => {
    const planned = { ...makeSnapshot(), roleSwaps: [{ fromId: nodeId(7000), toId: nodeId(7003) }] };
    assert.deepEqual(words(planned), {
      7000: ['hands over', 'hands over to 127.0.0.1:7003'],
      7003: ['takes over', 'takes over from 127.0.0.1:7000'],
    });
    assert.deepEqual(words(makeSwappedSnapshot(59)), {
      7000: ['handed over', 'handed over to 127.0.0.1:7003'],
      7003: ['took over', 'took over from 127.0.0.1:7000'],
    });
    assert.deepEqual(words(makeSwappedSnapshot(61)), {});
  });

  it('forgets a failover that was undone, and one that may have happened at any time', () => {
    const swapped = makeSwappedSnapshot();
    const back = change(swapped, { 7003: { role: 'replica', slots: '', slotCount: 0 } });
    assert.deepEqual(words(back), {});
    const [event] = swapped.events;
    assert.deepEqual(words({ ...swapped, events: [{ ...event!, afterPause: true }] }), {});
  });

  it('is said once, when it begins', () => {
    const still = makeSnapshot();
    const moving = makeMovingSnapshot();
    assert.equal(
      describeChanges(still, moving).text,
      '1,000 slots move from 127.0.0.1:7000 to 127.0.0.1:7001. 365 slots move from 127.0.0.1:7000 to 127.0.0.1:7002',
    );
    assert.equal(describeChanges(moving, moving).text, '');
  });
});
