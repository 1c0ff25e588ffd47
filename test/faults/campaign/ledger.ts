import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { keySlot } from '../../../src/core/topology/keySlot';
import { eventually } from '../../support/testCluster';

/** null: deleted, or never there. */
type Value = string | null;

/** An answer that said a write was done, and how far the server's replication stream was right after it. */
export interface Acknowledgement {
  value: Value;
  port: number;
  replicationId: string;
  /** Of the end of this write in the stream. */
  offset: number;
  /** Milliseconds since 1970. */
  at: number;
}

interface Entry {
  acknowledged?: Acknowledgement;
  /** Sent and not answered; then nobody writes this key any more, for it may take effect at any time. */
  doubtful?: { value: Value };
}

/** A key that does not read as it was acknowledged. */
export interface Loss {
  key: string;
  found: Value;
  acknowledged: Acknowledgement;
}

/** Clients that write keys all over the cluster as any client does, and know who acknowledged what last. */
export interface Ledger {
  readonly writes: number;
  /** Resolves when every key was written once; from then on each lane takes its time between two writes. */
  fill(): Promise<void>;
  /** Resolves when so many more writes were acknowledged. */
  more(writes: number): Promise<void>;
  stop(): Promise<void>;
  /** Reads every key back; to be called after `stop`. */
  read(): Promise<{ losses: Loss[]; keys: number }>;
}

const KEYS = 1500;
const LANES = 3;
const LANES_OF_FILL = 24;
const INTERVAL_MILLISECONDS = 6;
/** One write of so many is a DEL. */
const DELETES = 7;

/** `ports` is asked again and again: servers may move. */
export function startLedger(ports: () => readonly number[]): Ledger {
  const clients = new Map<number, Redis>();
  const owners = new Map<number, number>();
  const names = Array.from({ length: KEYS }, (_, number) => `key:${number}`);
  const entries = new Map<string, Entry>(names.map(name => [name, {}]));
  let writes = 0;
  let version = 0;
  let isStopping = false;
  let writing: Promise<unknown> = Promise.resolve();

  const clientAt = (port: number): Redis => {
    const client = clients.get(port) ?? openClient(port);
    clients.set(port, client);
    return client;
  };

  /** Sends it to whoever is said to own the slot, once; the answer to the command itself. */
  async function ask(key: string, words: readonly [string, ...string[]], asked?: number): Promise<Answer> {
    const slot = keySlot(Buffer.from(key));
    const port = asked ?? owners.get(slot) ?? ports()[slot % ports().length]!;
    const pipeline = clientAt(port).pipeline();
    if (asked !== undefined) pipeline.call('ASKING');
    pipeline.call(words[0], ...words.slice(1)).info('replication');
    const replies = await pipeline.exec();
    if (!replies) return { kind: 'doubtful' };
    const [[error, value], [, info]] = replies.slice(-2) as [[Error | null, unknown], [Error | null, unknown]];
    if (!error) return { kind: 'done', value: value as Value, port, info: String(info) };
    const redirected = /^(MOVED|ASK) \d+ .*:(\d+)$/.exec(error.message);
    if (redirected?.[1] === 'ASK') return ask(key, words, Number(redirected[2]));
    // Who cannot do it, or does not answer, is not asked next time.
    owners.set(slot, redirected ? Number(redirected[2]) : ports()[Math.floor(Math.random() * ports().length)]!);
    const isRefused = error.name === 'ReplyError' || isUnsent(error);
    return { kind: isRefused ? 'refused' : 'doubtful' };
  }

  async function write(name: string): Promise<boolean> {
    const entry = entries.get(name)!;
    const value = ++version % DELETES === 0 ? null : `${name}=${version}`;
    while (!isStopping) {
      const answer = await ask(name, value === null ? ['DEL', name] : ['SET', name, value]);
      if (answer.kind === 'done') {
        entry.acknowledged = acknowledgementOf(answer, value);
        writes++;
        return true;
      }
      if (answer.kind === 'doubtful') {
        entry.doubtful = { value };
        return false;
      }
      await wait(15);
    }
    return false;
  }

  /** Its keys in turn, again and again; one in doubt is followed by a new one. */
  async function go(lane: number): Promise<void> {
    const own = names.filter((_, index) => index % LANES === lane);
    for (let turn = 0; !isStopping; turn++) {
      const index = (turn * 7) % own.length;
      if (!(await write(own[index]!)) && !isStopping) {
        own[index] = `${own[index]}'`;
        entries.set(own[index], {});
      }
      await wait(INTERVAL_MILLISECONDS);
    }
  }

  return {
    get writes() {
      return writes;
    },
    async fill() {
      const left = [...names];
      const fillSome = async (): Promise<void> => {
        for (let name = left.pop(); name !== undefined; name = left.pop()) await write(name);
      };
      const deadline = setTimeout(() => (isStopping = true), 60_000);
      await Promise.all(Array.from({ length: LANES_OF_FILL }, fillSome));
      clearTimeout(deadline);
      assert(!isStopping, 'every key is written within 60 s');
      writing = Promise.all(Array.from({ length: LANES }, (_, lane) => go(lane)));
    },
    async more(wanted) {
      const goal = writes + wanted;
      await eventually(() => writes >= goal, { timeoutMilliseconds: 60_000, what: `${wanted} writes more` });
    },
    async stop() {
      isStopping = true;
      await writing;
    },
    async read() {
      const losses: Loss[] = [];
      let keys = 0;
      const left = [...entries];
      const readSome = async (): Promise<void> => {
        for (let next = left.pop(); next; next = left.pop()) {
          const [key, { acknowledged, doubtful }] = next;
          const found = await readUntilAnswered(key);
          if (found !== null) keys++;
          const isKept = found === (acknowledged?.value ?? null) || (doubtful && found === doubtful.value);
          if (!isKept) losses.push({ key, found, acknowledged: acknowledged! });
        }
      };
      try {
        await Promise.all(Array.from({ length: LANES_OF_FILL }, readSome));
        return { losses, keys };
      } finally {
        for (const client of clients.values()) client.disconnect();
      }
    },
  };

  async function readUntilAnswered(key: string): Promise<Value> {
    let value: Value = null;
    await eventually(
      async () => {
        const answer = await ask(key, ['GET', key]);
        if (answer.kind === 'done') value = answer.value;
        return answer.kind === 'done';
      },
      { timeoutMilliseconds: 30_000, what: `${key} can be read` },
    );
    return value;
  }
}

type Answer = { kind: 'done'; value: Value; port: number; info: string } | { kind: 'refused' } | { kind: 'doubtful' };

function acknowledgementOf({ port, info }: Extract<Answer, { kind: 'done' }>, value: Value): Acknowledgement {
  const [, replicationId = ''] = /^master_replid:(\w+)/m.exec(info) ?? [];
  const [, offset = 'NaN'] = /^master_repl_offset:(\d+)/m.exec(info) ?? [];
  return { value, port, replicationId, offset: Number(offset), at: Date.now() };
}

/** It never left this process. */
function isUnsent(error: Error): boolean {
  return error.message.includes("isn't writeable");
}

function openClient(port: number): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    commandTimeout: 2000,
    connectTimeout: 1000,
    maxRetriesPerRequest: 0,
    // What cannot be sent at once fails at once, and is known not to have been sent.
    enableOfflineQueue: false,
    enableReadyCheck: false,
    retryStrategy: () => 50,
  });
  // Each command sees its own failure.
  client.on('error', () => undefined);
  return client;
}
