import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A client that writes one key after the other and keeps a ledger of what was acknowledged. */
export interface Writer {
  /** Resolves when so many more writes were acknowledged. */
  more(writes: number): Promise<void>;
  /** Longest time between two acknowledged writes since the last call. */
  longestGapMilliseconds(): number;
  /** Ends the writing; resolves with all keys that were acknowledged. */
  stop(): Promise<string[]>;
}

/** All its keys are in the slot of `{b}`, 3300: in the first of three shards. */
export function startWriter(ports: readonly number[], intervalMilliseconds = 0): Writer {
  const clients = new Map(ports.map(port => [port, openClient(port)]));
  const ledger: string[] = [];
  let port = ports[0]!;
  let isStopping = false;
  let lastWrite = performance.now();
  let longestGap = 0;

  async function write(): Promise<void> {
    for (let number = 0; !isStopping; number++) {
      const key = `{b}${number}`;
      while (!isStopping && !(await isWritten(key)));
      if (intervalMilliseconds > 0) await wait(intervalMilliseconds);
    }
  }

  async function isWritten(key: string): Promise<boolean> {
    try {
      await clients.get(port)!.set(key, key);
    } catch (error) {
      const moved = /^MOVED \d+ .*:(\d+)$/.exec((error as Error).message)?.[1];
      // Who does not answer may not be the master any more: ask another.
      port = moved === undefined ? ports[(ports.indexOf(port) + 1) % ports.length]! : Number(moved);
      if (moved === undefined) await wait(2);
      return false;
    }
    ledger.push(key);
    longestGap = Math.max(longestGap, performance.now() - lastWrite);
    lastWrite = performance.now();
    return true;
  }

  const writing = write();
  return {
    async more(writes) {
      const wanted = ledger.length + writes;
      const deadline = performance.now() + 60_000;
      while (ledger.length < wanted) {
        assert(performance.now() < deadline, `Not ${writes} writes more within 60 s.`);
        await wait(5);
      }
    },
    longestGapMilliseconds() {
      const gap = longestGap;
      longestGap = 0;
      lastWrite = performance.now();
      return gap;
    },
    async stop() {
      isStopping = true;
      await writing;
      for (const client of clients.values()) client.disconnect();
      return ledger;
    },
  };
}

function openClient(port: number): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    commandTimeout: 1000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 50,
  });
  // Each write sees its own failure.
  client.on('error', () => undefined);
  return client;
}
