import { setTimeout as wait } from 'node:timers/promises';
import { ConnectionError } from '../../connection/connectionError';
import type { BufferReply, CommandWords, NodeConnection } from '../../connection/types';
import { accepted } from '../classic/end';
import { keySlot } from '../../topology/keySlot';
import { DatabaseLinks } from './databaseLinks';
import { feel, inBursts, type Felt } from './felt';
import { isPassingLink, isPassingReply } from './passing';
import type { FoundKey, KeyCopyContext, ReadKey } from './types';

/** A source that is started again reads its data in first. */
const patienceMilliseconds = 60_000;
/** Where the server does not say how large a key is. */
const assumedBytes = 200;
const sizesAtOnce = 500;

/** The server keys are read from. Nothing is ever written there. */
export class KeySource {
  readonly address: string;
  /** PEXPIRETIME is known: times are since 1970. */
  exactTimes = false;
  readonly #links: DatabaseLinks;
  readonly #felt: Felt;
  readonly #context: KeyCopyContext;

  /** `open` gives a connection of its own each time. */
  constructor(address: string, open: () => NodeConnection, context: KeyCopyContext) {
    this.address = address;
    this.#links = new DatabaseLinks(open);
    this.#felt = feel(context.latencyMilliseconds, open);
    this.#context = context;
  }

  /**
   * All keys of a database whose names match, in shares that may be read at once; one that is there twice (SCAN may do that)
   * comes twice. When the server is started again in the middle it begins anew: its cursors mean nothing any more.
   */
  async *keys(database: number, pattern: string | undefined): AsyncGenerator<FoundKey[]> {
    const { signal, safePoint, note } = this.#context;
    let [cursor, runId] = ['0', ''];
    for (;;) {
      const words: CommandWords = ['SCAN', cursor, ...(pattern === undefined ? [] : ['MATCH', pattern]), 'COUNT', 1000];
      const [info, scanned] = await this.ask(database, [['INFO', 'server'], words]);
      const seen = /^run_id:(\w+)/m.exec(textOf(info))?.[1] ?? '';
      if (runId !== '' && seen !== runId) {
        note(`${this.address} was started again meanwhile: its keys were looked through from the beginning.`);
        [cursor, runId] = ['0', seen];
        continue;
      }
      runId = seen;
      const [next, names] = accepted([scanned!])[0] as [Buffer, Buffer[]];
      for (const share of inBursts(await this.#measure(database, names), this.#felt.pace)) {
        await safePoint();
        signal.throwIfAborted();
        yield share;
      }
      cursor = next.toString();
      if (cursor === '0') return;
    }
  }

  /** The values of these keys, in order; those that are gone are left out. */
  async read(database: number, keys: readonly FoundKey[]): Promise<ReadKey[]> {
    const bytes = keys.reduce((sum, key) => sum + key.bytes, 0);
    const start = performance.now();
    const commands = keys.flatMap(({ key }): CommandWords[] => [['DUMP', key], this.expiryWords(key)]);
    const replies = await this.ask(database, commands, bytes);
    this.#felt.pace.felt('keys', keys.length, performance.now() - start);
    return keys.flatMap((key, index) => {
      const [dump, expiry] = accepted(replies.slice(2 * index, 2 * index + 2));
      // -2: it expired between the two.
      if (!Buffer.isBuffer(dump) || expiry === -2) return [];
      return [{ ...key, dump, expiry: Math.max(0, Number(expiry)) }];
    });
  }

  expiryWords(key: Buffer): CommandWords {
    return [this.exactTimes ? 'PEXPIRETIME' : 'PTTL', key];
  }

  /** Patient with a lost link and a server that loads. Rejects with a ConnectionError, or the signal's reason. */
  async ask(database: number, commands: readonly CommandWords[], bytes = 0): Promise<(BufferReply | Error)[]> {
    const { signal, report } = this.#context;
    const began = performance.now();
    for (;;) {
      signal.throwIfAborted();
      let trouble: unknown;
      try {
        const replies = await this.#links.ask(database, commands, bytes);
        const passing = replies.find(reply => reply instanceof Error && isPassingReply(reply));
        if (!passing) return replies;
        trouble = passing;
      } catch (error) {
        if (!(error instanceof ConnectionError) || !isPassingLink(error)) throw error;
        trouble = error;
      }
      if (performance.now() - began > patienceMilliseconds) throw trouble as Error;
      report(`Waiting for ${this.address}. ${(trouble as Error).message}`);
      await wait(200);
    }
  }

  close(): void {
    this.#links.close();
    this.#felt.close();
  }

  async #measure(database: number, names: readonly Buffer[]): Promise<FoundKey[]> {
    const found: FoundKey[] = [];
    for (let start = 0; start < names.length; start += sizesAtOnce) {
      const some = names.slice(start, start + sizesAtOnce);
      const sizes = await this.ask(
        database,
        some.map(key => ['MEMORY', 'USAGE', key]),
      );
      // No size of a key that is gone, or where the user may not ask.
      some.forEach((key, index) => {
        const size = sizes[index];
        found.push({ key, slot: keySlot(key), bytes: typeof size === 'number' ? size : assumedBytes });
      });
    }
    return found;
  }
}

function textOf(reply: BufferReply | Error | undefined): string {
  return Buffer.isBuffer(reply) ? reply.toString() : '';
}
