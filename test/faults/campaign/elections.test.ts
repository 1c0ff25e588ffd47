import assert from 'node:assert/strict';
import { electionsIn, lostBy } from './elections';
import type { Acknowledgement } from './ledger';

const stream = 'a'.repeat(40);
const later = 'b'.repeat(40);
const same = (port: number): number => port;

/** As Redis 7.0.15 and 8.6.3 write it. */
const redisLog = `
12:S 23 Nov 2026 20:19:57.100 * Connecting to MASTER 127.0.0.1:7001
12:S 23 Nov 2026 20:19:57.102 * Full resync from master: ${stream}:100
12:S 23 Nov 2026 20:19:59.000 # Start of election delayed for 563 milliseconds (rank #0, offset 900).
12:S 23 Nov 2026 20:19:59.600 # Starting a failover election for epoch 7.
12:S 23 Nov 2026 20:19:59.610 # Failover election won: I'm the new master.
`;
/** As Valkey 9.1.2 writes it. */
const valkeyLog = `
12:S 23 Nov 2026 20:19:57.100 * Connecting to PRIMARY 127.0.0.1:7001
12:S 23 Nov 2026 20:19:57.102 * Full resync from primary: ${stream}:100
12:S 23 Nov 2026 20:19:59.000 * Start of election delayed for 563 milliseconds (rank #0, primary rank #0, offset 900).
12:S 23 Nov 2026 20:19:59.610 * Failover election won: I'm the new primary.
`;

const written = (change: Partial<Acknowledgement> = {}): Acknowledgement => ({
  value: 'x',
  port: 7001,
  replicationId: stream,
  offset: 901,
  at: Date.parse('23 Nov 2026 20:19:58.900'),
  ...change,
});

describe('what an election lost', () => {
  for (const [server, log] of [
    ['Redis', redisLog],
    ['Valkey', valkeyLog],
  ] as const) {
    const elections = electionsIn(new Map([[7004, log]]), same);
    const isLost = (change?: Partial<Acknowledgement>): boolean =>
      lostBy(written(change), elections, same) !== undefined;

    it(`is read from the log of ${server}`, () => {
      assert.equal(elections.length, 1);
      const [{ winner, displaced, offset, replicationIds, isManual, at }] = elections as [(typeof elections)[0]];
      assert.deepEqual([winner, displaced, offset, replicationIds, isManual], [7004, 7001, 900, [stream], false]);
      assert.equal(at, Date.parse('23 Nov 2026 20:19:59.610'));
    });

    it(`is a write behind the place the winner had reached, on ${server}`, () => {
      assert(isLost());
      assert(isLost({ at: Date.parse('23 Nov 2026 20:20:00.700') }), 'a stopped master that goes on');
    });

    it(`is no write that had been passed on, or went to another master, on ${server}`, () => {
      assert(!isLost({ offset: 900 }));
      assert(!isLost({ port: 7002 }));
      assert(!isLost({ at: Date.parse('23 Nov 2026 20:22:00') }), 'long after');
    });

    it(`is a write into a stream that the winner never heard of, on ${server}`, () => {
      assert(isLost({ replicationId: later, offset: 5 }));
    });
  }

  it('is nothing where somebody asked for the failover', () => {
    const asked = redisLog.replace('# Start of', '* Manual failover user request accepted.\n12:S # Start of');
    const elections = electionsIn(new Map([[7004, asked]]), same);
    assert.equal(elections[0]?.isManual, true);
    assert.equal(lostBy(written(), elections, same), undefined);
  });
});
