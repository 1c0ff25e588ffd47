import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../testCluster';
import { openCluster, untilAnswered } from './openCluster';

/** Clients that overwrite keys all over the cluster, or delete them, and know what was acknowledged last of each. */
export interface Ledger {
  /** Resolves when so many more writes were acknowledged. */
  more(writes: number): Promise<void>;
  /** Ends the writing. */
  stop(): Promise<void>;
  /** Every key reads as its last acknowledged value, or as one that was sent after it and got no answer. */
  assertKept(): Promise<void>;
  /** Acknowledged so far. */
  readonly writes: number;
}

export interface LedgerOptions {
  /** Default 1000. */
  keys?: number;
  /** Writers side by side, each with keys of its own; default 4. */
  lanes?: number;
  /** Between two writes of a lane; default 0. */
  intervalMilliseconds?: number;
  /** Some of the writes are a DEL; default false. */
  deletes?: boolean;
}

/** null: none, or deleted. */
type Value = string | null;

interface Entry {
  acknowledged: Value;
  /** Sent after that, with no answer. */
  open: Value[];
}

/** One write of so many is a DEL; no divisor of the number of keys, so that each is written and deleted in turn. */
const DELETES = 7;

let ledgers = 0;

/** Follows MOVED and ASK as any client does. A lost key shows, an old value, and a deleted one that came back. */
export function startLedger(ports: readonly number[], options: LedgerOptions = {}): Ledger {
  const { keys = 1000, lanes = 4, intervalMilliseconds = 0, deletes = false } = options;
  const cluster = openCluster(ports, {
    redisOptions: { commandTimeout: 3000, connectTimeout: 1000, maxRetriesPerRequest: 0 },
    retryDelayOnClusterDown: 50,
    retryDelayOnFailover: 50,
    retryDelayOnTryAgain: 10,
    slotsRefreshTimeout: 3000,
    enableReadyCheck: false,
  });
  // Keys of its own: what another ledger left would be taken for a value that came back.
  const own = `ledger:${++ledgers}`;
  const entries = new Map<string, Entry>();
  let writes = 0;
  let isStopping = false;

  async function write(lane: number): Promise<void> {
    for (let number = lane; !isStopping; number += lanes) {
      const key = `${own}:${number % keys}`;
      const value = deletes && number % DELETES === 0 ? null : String(number);
      const entry = entries.get(key) ?? { acknowledged: null, open: [] };
      entries.set(key, entry);
      entry.open.push(value);
      try {
        await (value === null ? cluster.del(key) : cluster.set(key, value));
        entry.acknowledged = value;
        entry.open = [];
        writes++;
      } catch {
        // Nobody knows whether it took effect.
        await wait(10);
      }
      if (intervalMilliseconds > 0) await wait(intervalMilliseconds);
    }
  }

  // A lane that wraps around has to come back to its own keys.
  assert.equal(keys % lanes, 0, 'as many keys for every lane');
  assert.notEqual(keys % DELETES, 0);
  const writing = Promise.all(Array.from({ length: lanes }, (_, lane) => write(lane)));
  return {
    get writes() {
      return writes;
    },
    async more(wanted) {
      const goal = writes + wanted;
      await eventually(() => writes >= goal, { timeoutMilliseconds: 60_000, what: `${wanted} writes more` });
    },
    async stop() {
      isStopping = true;
      await writing;
      cluster.disconnect();
    },
    async assertKept() {
      const reader = openCluster(ports);
      try {
        const lost: string[] = [];
        await Promise.all(
          [...entries].map(async ([key, { acknowledged, open }]) => {
            const value = await untilAnswered(() => reader.get(key));
            const isKept = value === acknowledged || open.includes(value);
            if (!isKept) lost.push(`${key}: ${String(value)} instead of ${String(acknowledged)}`);
          }),
        );
        assert.deepEqual(lost, [], `${lost.length} of ${entries.size} keys are not as they were acknowledged`);
      } finally {
        reader.disconnect();
      }
    },
  };
}
