import { ConnectionError, ServerReplyError } from './connectionError';
import { withDeadline } from './deadline';
import { dialTarget, openWay } from './dial';
import { CLIENT_NAME, needsNoPassword, signInWords, turnAway } from './greet';
import { describeLinkFailure, failureOf, timedOut, type LinkFailure } from './linkFailure';
import type { LinkTarget } from './linkTarget';
import { refusal } from './refusal';
import { BadReply } from './replyGuard';
import type { Stream } from './tunnel/types';
import type { CommandWords } from './types';

/**
 * A connection read byte by byte, for what is no reply: the RDB a server sends to a replica. Its methods reject with a
 * ConnectionError, a ServerReplyError, or the signal's reason. `idleMilliseconds`: silence longer than that is a loss.
 */
export interface RawLink {
  /** The first line of the reply, without what marks its kind; `:1`, `+OK` and `$5` alike. Throws on an error reply. */
  ask(words: CommandWords): Promise<string>;
  send(words: CommandWords): void;
  /** Up to the next line end; blank lines, by which a server shows that it is alive, are passed over. */
  line(): Promise<string>;
  /** What has come, at least a byte; undefined when the server hung up. */
  bytes(): Promise<Buffer | undefined>;
  close(): void;
}

/** Opens it and signs in. Leaves nothing behind when it rejects. */
export async function openRawLink(target: LinkTarget, idleMilliseconds: number, signal: AbortSignal): Promise<RawLink> {
  signal.throwIfAborted();
  await openWay(target, signal);
  const socket = dialTarget(target);
  const link = new SocketLink(socket, target, idleMilliseconds, signal);
  try {
    await link.opened();
    await signIn(link, target);
    return link;
  } catch (error) {
    link.close();
    throw error;
  }
}

async function signIn(link: RawLink, target: LinkTarget): Promise<void> {
  const words = signInWords(target);
  const refused = words && (await refusalOf(link.ask(words)));
  if (words && refused !== undefined && !needsNoPassword.test(refused))
    throw turnAway(refused, target) ?? refusal(target.node, words, refused);
  // A courtesy; but whoever has to sign in learns it here.
  const unnamed = await refusalOf(link.ask(['CLIENT', 'SETNAME', CLIENT_NAME]));
  const turnedAway = unnamed === undefined ? undefined : turnAway(unnamed, target);
  if (turnedAway) throw turnedAway;
}

/** The error reply, undefined after another. */
async function refusalOf(asked: Promise<string>): Promise<string | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    if (error instanceof ServerReplyError) return error.reply;
    throw error;
  }
}

/** Of what comes before the data: lengths, markers and refusals. */
const LONGEST_LINE = 65_536;

/** Nothing came for too long. */
const silent = new Error('Silent.');

class SocketLink implements RawLink {
  readonly #chunks: AsyncIterator<Buffer, undefined>;
  #held = Buffer.alloc(0);
  #phase: LinkFailure['phase'] = 'connecting';
  readonly #abort: () => void;

  constructor(
    readonly socket: Stream,
    readonly target: LinkTarget,
    readonly idleMilliseconds: number,
    readonly signal: AbortSignal,
  ) {
    // Errors surface where the bytes are read.
    socket.on('error', () => undefined);
    socket.setTimeout(idleMilliseconds, () => socket.destroy(silent));
    this.#abort = () => socket.destroy();
    signal.addEventListener('abort', this.#abort);
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  }

  async opened(): Promise<void> {
    const { socket, target } = this;
    const event = target.tls ? 'secureConnect' : 'connect';
    const open = new Promise<void>((resolve, reject) => {
      socket.once(event, () => resolve());
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('Connection is closed.')));
    });
    await this.#explained(withDeadline(open, target.connectTimeoutMilliseconds, () => timedOut, this.signal));
    this.#phase = 'open';
  }

  async ask(words: CommandWords): Promise<string> {
    this.send(words);
    const line = await this.line();
    if (line.startsWith('-')) throw refusal(this.target.node, words, line.slice(1));
    return line;
  }

  send(words: CommandWords): void {
    const parts = words.map(word => (Buffer.isBuffer(word) ? word : Buffer.from(String(word))));
    this.socket.write(
      Buffer.concat([
        Buffer.from(`*${parts.length}\r\n`),
        ...parts.flatMap(part => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]),
      ]),
    );
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf('\n');
      if (end >= 0) {
        const line = this.#held.toString('latin1', 0, end).replace(/\r$/, '');
        this.#held = this.#held.subarray(end + 1);
        if (line !== '') return line;
        continue;
      }
      if (this.#held.length > LONGEST_LINE)
        throw this.#describe(new BadReply(`sent a line of more than ${LONGEST_LINE} bytes`));
      const more = await this.#next();
      if (!more) throw this.#describe(new Error('Connection is closed.'));
      this.#held = Buffer.concat([this.#held, more]);
    }
  }

  async bytes(): Promise<Buffer | undefined> {
    if (this.#held.length === 0) return this.#next();
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }

  close(): void {
    this.signal.removeEventListener('abort', this.#abort);
    this.socket.destroy();
  }

  async #next(): Promise<Buffer | undefined> {
    const next = await this.#explained(this.#chunks.next());
    this.signal.throwIfAborted();
    return next.done ? undefined : next.value;
  }

  async #explained<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.signal.throwIfAborted();
      throw this.#describe(error);
    }
  }

  #describe(error: unknown): ConnectionError {
    const { node } = this.target;
    if (error === silent)
      return new ConnectionError('timedOut', `${node} sent nothing for ${this.idleMilliseconds / 1000} s.`, { node });
    return describeLinkFailure(failureOf(this.target, this.#phase, error));
  }
}
