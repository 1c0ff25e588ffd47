import { setTimeout as wait } from 'node:timers/promises';
import type { ServerReplyError } from '../../connection/connectionError';
import { ConnectionError } from '../../connection/connectionError';
import type { BufferReply, CommandWords } from '../../connection/types';
import { ClusterError } from '../../topology/clusterError';
import { groupBy } from '../../topology/groupBy';
import { DatabaseLinks } from './databaseLinks';
import { feel, inBursts, type Felt } from './felt';
import { isPassingLink, isPassingReply } from './passing';
import type { FoundKey, KeyCopyContext } from './types';

/** A failover takes up to two node timeouts and an election, 40 s by default; a restart reads its data in first. */
const patienceMilliseconds = 120_000;

/** What the owner of its slot said of a key. */
export interface Answer<Key extends FoundKey> {
  key: Key;
  /** One per command; an Error for a refusal that does not pass. */
  replies: (BufferReply | Error)[];
  /** It was asked before, and the link was lost: that may have taken effect. */
  isRepeated: boolean;
}

/** The masters of a cluster, each asked for the keys of its slots, side by side; slots may move and masters fail meanwhile. */
export class KeyOwners {
  readonly #context: KeyCopyContext;
  readonly #servers = new Map<string, { links: DatabaseLinks; felt: Felt }>();
  #owners: ReadonlyMap<number, string> = new Map();

  constructor(context: KeyCopyContext) {
    this.#context = context;
  }

  /**
   * Sends the commands of each key to the master of its slot, in bursts as its clients allow. In the order of the keys.
   * Rejects with a ClusterError when a slot is served by nobody for two minutes, or the signal's reason.
   */
  async ask<Key extends FoundKey>(
    database: number,
    keys: readonly Key[],
    commandsFor: (key: Key) => readonly CommandWords[],
  ): Promise<Answer<Key>[]> {
    const { signal, report } = this.#context;
    const questions = keys.map((key): Question<Key> => ({ key, commands: commandsFor(key), isRepeated: false }));
    let since = performance.now();
    if (this.#owners.size === 0) this.#owners = await this.#context.owners();
    let isLed = false;
    for (let left = questions; ;) {
      const byNode = groupBy(left, ({ key, askingAt }) => askingAt ?? this.#owners.get(key.slot));
      const asked = [...byNode].map(([address, theirs]) => this.#askNode(address, database, theirs));
      // Nothing is in flight any more when this fails.
      for (const outcome of await Promise.allSettled(asked)) if (outcome.status === 'rejected') throw outcome.reason;
      const still = left.filter(({ replies }) => !replies);
      if (still.length === 0) return questions.map(toAnswer);
      if (still.length < left.length) since = performance.now();
      left = still;
      signal.throwIfAborted();
      const { trouble } = left.find(question => question.trouble) ?? {};
      if (performance.now() - since > patienceMilliseconds) throw trouble ?? unserved(left[0]!);
      // To the other end of an open slot at once; who is sent on from there may be led in a circle, for as long as it stays so.
      isLed = !isLed && left.every(({ askingAt }) => askingAt !== undefined);
      if (isLed) continue;
      report(`Waiting for the master of slot ${left[0]!.key.slot}. ${trouble?.message ?? ''}`.trim());
      await wait(100);
      this.#owners = await this.#context.owners();
    }
  }

  close(): void {
    for (const { links, felt } of this.#servers.values()) {
      links.close();
      felt.close();
    }
    this.#servers.clear();
  }

  async #askNode<Key extends FoundKey>(
    address: string | undefined,
    database: number,
    questions: readonly Question<Key>[],
  ): Promise<void> {
    if (address === undefined) return;
    const { links, felt } = this.#server(address);
    const sized = questions.map(question => ({ question, bytes: question.key.bytes }));
    for (const burst of inBursts(sized, felt.pace)) {
      this.#context.signal.throwIfAborted();
      const bytes = burst.reduce((sum, each) => sum + each.bytes, 0);
      const start = performance.now();
      try {
        const commands = burst.flatMap(({ question }) => wordsOf(question));
        const replies = await links.ask(database, commands, bytes);
        felt.pace.felt('keys', burst.length, performance.now() - start);
        let at = 0;
        for (const { question } of burst) {
          const { length } = wordsOf(question);
          settle(question, replies.slice(at, at + length));
          at += length;
        }
      } catch (error) {
        for (const { question } of burst) question.isRepeated = true;
        for (const question of questions) question.askingAt = undefined;
        if (!(error instanceof ConnectionError) || !isPassingLink(error)) throw error;
        for (const question of questions) question.trouble = error;
        return;
      }
    }
  }

  #server(address: string): { links: DatabaseLinks; felt: Felt } {
    let server = this.#servers.get(address);
    if (!server) {
      const { nodes, latencyMilliseconds } = this.#context;
      const open = () => nodes.open(address);
      server = { links: new DatabaseLinks(open), felt: feel(latencyMilliseconds, open) };
      this.#servers.set(address, server);
    }
    return server;
  }
}

interface Question<Key extends FoundKey> {
  key: Key;
  commands: readonly CommandWords[];
  isRepeated: boolean;
  /** The node its slot is on its way to, which has the key already or gets it. */
  askingAt?: string | undefined;
  trouble?: Error;
  replies?: (BufferReply | Error)[];
}

function wordsOf({ commands, askingAt }: Question<FoundKey>): readonly CommandWords[] {
  return askingAt === undefined ? commands : commands.flatMap((words): CommandWords[] => [['ASKING'], words]);
}

function settle(question: Question<FoundKey>, replies: (BufferReply | Error)[]): void {
  const own = question.askingAt === undefined ? replies : replies.filter((_, index) => index % 2 === 1);
  const passing = own.find((reply): reply is ServerReplyError => reply instanceof Error && isPassingReply(reply));
  question.askingAt = undefined;
  if (!passing) {
    question.replies = own;
    return;
  }
  question.trouble = passing;
  const asked = /^ASK \d+ (\S+:\d+)$/.exec(passing.reply)?.[1];
  // Without a host it means its own, which we may know under another name.
  if (asked !== undefined && !/^[?:]/.test(asked)) question.askingAt = asked;
}

function toAnswer<Key extends FoundKey>({ key, replies, isRepeated }: Question<Key>): Answer<Key> {
  return { key, replies: replies!, isRepeated };
}

function unserved({ key: { slot } }: Question<FoundKey>): ClusterError {
  return new ClusterError('slotsUncovered', `Nobody serves slot ${slot}.`, {
    remedy: 'Bring its master back, or fix the cluster; then begin again: what is there already is left out.',
  });
}
