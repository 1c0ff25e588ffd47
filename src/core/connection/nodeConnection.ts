import type { Redis } from 'ioredis';
import { parseAddress } from '../topology/address';
import { commandName } from './commandName';
import { ConnectionError } from './connectionError';
import { abortable } from './deadline';
import { parseDialled } from './dialledAddress';
import { Link } from './link';
import type { LinkTarget } from './linkTarget';
import { destroyClient, openLink } from './openLink';
import { isErrorReply, refusal } from './refusal';
import { callUndecoded } from './replyGuard';
import type { Tunnel } from './tunnel/types';
import type { BufferReply, CommandOptions, CommandWords, ConnectOptions, NodeConnection, Reply } from './types';

/** Both time limits have a default of this. */
const DEFAULT_TIMEOUT_MILLISECONDS = 2000;

export type NodeConnectionOptions = Pick<
  ConnectOptions,
  'username' | 'password' | 'tls' | 'connectTimeoutMilliseconds' | 'commandTimeoutMilliseconds'
> & {
  /** The way to it; closed by whoever opened it. */
  tunnel?: Tunnel;
  /** `host:port` or path of a unix socket to dial instead of `address`. */
  dialledAddress?: string;
  /** Called once, when it is closed for good. */
  closed?: () => void;
};

/** A NodeConnection that tells when it was opened anew, so that what was learnt of the server can be forgotten. */
export interface ReopeningConnection extends NodeConnection {
  /** Opens the connection unless it is open. Rejects like `command`. */
  open(signal?: AbortSignal): Promise<void>;
  /** Closes the connection unless something is in flight; the next use opens it again. */
  hangUp(): void;
  /** How often it has been opened; 0 before the first use. */
  readonly openings: number;
}

/**
 * A connection to one server that opens on first use, and again on the next use after it was lost. Throws a ClusterError
 * `badAddress`. Its methods reject with a ConnectionError, a ServerReplyError, or the reason of the caller's signal; a
 * command is never sent twice.
 */
export function openNodeConnection(address: string, options: NodeConnectionOptions = {}): ReopeningConnection {
  return new IoredisConnection(address, options);
}

class IoredisConnection implements ReopeningConnection {
  readonly address: string;
  openings = 0;
  readonly #target: LinkTarget;
  readonly #commandTimeoutMilliseconds: number;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #closed: (() => void) | undefined;
  #opening: Promise<Link> | undefined;
  #link: Link | undefined;

  constructor(address: string, options: NodeConnectionOptions) {
    this.address = address;
    this.#target = linkTarget(address, options);
    this.#closed = options.closed;
    this.#commandTimeoutMilliseconds = options.commandTimeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
  }

  async command(words: CommandWords, options: CommandOptions = {}): Promise<Reply> {
    return this.#exchange([words], redis => redis.call(...wordsToSend(words)) as Promise<Reply>, options);
  }

  async commandBuffer(words: CommandWords, options: CommandOptions = {}): Promise<Buffer> {
    const reply = await this.#exchange([words], redis => redis.callBuffer(...wordsToSend(words)), options);
    return this.#bytesOf(reply, words);
  }

  async commandUndecoded(words: CommandWords, options: CommandOptions = {}): Promise<Buffer> {
    const reply = await this.#exchange([words], redis => callUndecoded(redis, wordsToSend(words)), options);
    return this.#bytesOf(reply, words);
  }

  async pipeline(commands: readonly CommandWords[], options: CommandOptions = {}): Promise<(Reply | Error)[]> {
    return (await this.#together('call', commands, options)) as (Reply | Error)[];
  }

  async pipelineBuffers(
    commands: readonly CommandWords[],
    options: CommandOptions = {},
  ): Promise<(BufferReply | Error)[]> {
    return (await this.#together('callBuffer', commands, options)) as (BufferReply | Error)[];
  }

  async open(signal?: AbortSignal): Promise<void> {
    await this.#openLink(signal);
  }

  onClosed(listener: () => void): () => void {
    // One entry per call, so that the same function may listen twice.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    const reason = closedByUs(this.address);
    this.#closing.abort(reason);
    this.#link?.destroy(reason);
    this.#link = undefined;
    this.#listeners.clear();
    this.#closed?.();
  }

  hangUp(): void {
    if (!this.#link?.isIdle) return;
    this.#link.destroy(closedByUs(this.address));
    this.#link = undefined;
  }

  #bytesOf(reply: unknown, words: CommandWords): Buffer {
    if (Buffer.isBuffer(reply)) return reply;
    const { address: node } = this;
    throw new ConnectionError('unexpectedReply', `${node} had nothing to return for ${commandName(words)}.`, { node });
  }

  async #together(call: Call, commands: readonly CommandWords[], options: CommandOptions): Promise<unknown[]> {
    if (commands.length === 0) return [];
    const results = await this.#exchange(commands, redis => sendTogether(redis, call, commands), options);
    return results.map((result, index) =>
      isErrorReply(result) ? refusal(this.address, commands[index]!, result.message) : result,
    );
  }

  async #exchange<T>(
    commands: readonly CommandWords[],
    send: (redis: Redis) => Promise<T>,
    { timeoutMilliseconds = this.#commandTimeoutMilliseconds, signal }: CommandOptions,
  ): Promise<T> {
    let link = await this.#openLink(signal);
    // It can have been hung up since, before anything was sent.
    if (!link.isOpen) link = await this.#openLink(signal);
    return link.exchange(commands, send, { timeoutMilliseconds, ...(signal && { signal }) });
  }

  async #openLink(signal: AbortSignal | undefined): Promise<Link> {
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    if (this.#link?.isOpen) return this.#link;
    // Whoever comes first opens for all; a caller who gives up does not stop it for the others.
    this.#opening ??= this.#dial().finally(() => (this.#opening = undefined));
    return abortable(this.#opening, signal);
  }

  async #dial(): Promise<Link> {
    const { signal } = this.#closing;
    const redis = await openLink(this.#target, signal);
    if (signal.aborted) destroyClient(redis);
    signal.throwIfAborted();
    const link = new Link(redis, this.#target, () => {
      for (const listener of [...this.#listeners]) listener();
    });
    this.#link = link;
    this.openings++;
    return link;
  }
}

/** How a server is dialled and signed in to. Throws a ClusterError `badAddress`. */
export function linkTarget(address: string, options: NodeConnectionOptions): LinkTarget {
  const { dialledAddress = address, username, password, tls, tunnel } = options;
  const way = parseDialled(dialledAddress);
  const { host, port } = 'path' in way ? parseAddress(address) : way;
  return {
    node: address,
    dialled: dialledAddress,
    host,
    port,
    certificateName: tls?.serverNames?.[address] ?? tls?.serverNames?.[dialledAddress] ?? tls?.serverName ?? host,
    ...(username && { username }),
    ...(password && { password }),
    ...('path' in way ? { socketPath: way.path } : tls && { tls }),
    ...(tunnel && { tunnel }),
    connectTimeoutMilliseconds: options.connectTimeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS,
  };
}

/** What comes back as texts, or as their bytes. */
type Call = 'call' | 'callBuffer';

async function sendTogether(redis: Redis, call: Call, commands: readonly CommandWords[]): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  for (const words of commands) pipeline[call](...wordsToSend(words));
  const results = (await pipeline.exec()) ?? [];
  return results.map(([error, reply]) => {
    if (error && !isErrorReply(error)) throw error;
    return error ?? reply;
  });
}

// In capitals ioredis leaves arguments and replies alone: its transformers know only small letters.
function wordsToSend([name, ...rest]: CommandWords): [string, ...(string | number | Buffer)[]] {
  return [name.toUpperCase(), ...rest];
}

function closedByUs(node: string): ConnectionError {
  return new ConnectionError('closed', `The connection to ${node} was closed here.`, { node });
}
