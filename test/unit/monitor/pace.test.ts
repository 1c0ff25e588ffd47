import assert from 'node:assert/strict';
import { choosePace, type PaceFacts } from '../../../src/core/monitor/pace';
import { topologyOf } from './fakes';

const OPTIONS = { intervalMilliseconds: 2000, busyIntervalMilliseconds: 500 };
const CALM: PaceFacts = {
  busy: false,
  quickLooks: 0,
  topology: topologyOf(['ok', 'ok', 'ok']),
  millisecondsSinceEvent: 1000,
  failuresInARow: 0,
};

describe('The pace of the looks', () => {
  const paceOf = (change: Partial<PaceFacts>, random = 0.5) =>
    choosePace({ ...CALM, ...change }, OPTIONS, () => random);

  it('is calm while nothing happens, and before anything was seen', () => {
    assert.equal(paceOf({}), 2000);
    assert.equal(paceOf({ topology: undefined }), 2000);
  });

  it('is quick during an operation and after a connection closed', () => {
    assert.equal(paceOf({ busy: true }), 500);
    assert.equal(paceOf({ quickLooks: 1 }), 500);
  });

  for (const status of ['suspect', 'unreachable', 'joining'] as const) {
    it(`is quick while a node is ${status}, for a minute after something changed`, () => {
      const topology = topologyOf(['ok', 'ok', status]);
      assert.equal(paceOf({ topology, millisecondsSinceEvent: 59_999 }), 500);
      assert.equal(paceOf({ topology, millisecondsSinceEvent: 60_000 }), 2000);
    });
  }

  it('is quick while the cluster is down and an election may come, and calm beside a node that has failed for good', () => {
    assert.equal(paceOf({ topology: topologyOf(['ok', 'failed'], { clusterState: 'fail' }) }), 500);
    assert.equal(paceOf({ topology: topologyOf(['ok', 'failed', 'spare']) }), 2000);
  });

  it('slows down, with jitter, up to 10 s while the looks fail, whatever else holds', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 100].map(failuresInARow => paceOf({ failuresInARow, busy: true })),
      [2000, 4000, 8000, 10_000, 10_000],
    );
    assert.equal(paceOf({ failuresInARow: 1 }, 0), 1500);
    assert.equal(paceOf({ failuresInARow: 1 }, 1), 2500);
  });

  it('is never quicker than asked for, and never slower while busy than calm', () => {
    const slow = { intervalMilliseconds: 30_000, busyIntervalMilliseconds: 500 };
    assert.equal(
      choosePace({ ...CALM, failuresInARow: 5 }, slow, () => 0.5),
      30_000,
    );
    const fast = { intervalMilliseconds: 100, busyIntervalMilliseconds: 500 };
    assert.equal(
      choosePace({ ...CALM, busy: true }, fast, () => 0.5),
      100,
    );
  });
});
