import type { Redis } from 'ioredis';
import { commandNames, isReadOnly } from './commandName';
import { ConnectionError } from './connectionError';
import { withDeadline } from './deadline';
import { describeLinkFailure, failureOf } from './linkFailure';
import type { LinkTarget } from './linkTarget';
import { destroyClient } from './openLink';
import { isErrorReply, refusal } from './refusal';
import type { CommandWords } from './types';

/** Something sent whose reply has not come. */
interface Exchange {
  /** Nobody waits for it any more: its time ran out, or its caller gave up. */
  abandoned: boolean;
}

export interface ExchangeOptions {
  timeoutMilliseconds: number;
  signal?: AbortSignal;
}

/** One open connection, until it closes. */
export class Link {
  readonly #redis: Redis;
  readonly #target: LinkTarget;
  // In the order sent, which is the order of the replies.
  readonly #inFlight = new Set<Exchange>();
  #socketError: unknown;
  #end: ConnectionError | undefined;

  /** `lost` is called once, when the connection closes without `destroy` or a deadline having closed it. */
  constructor(redis: Redis, target: LinkTarget, lost: () => void) {
    this.#redis = redis;
    this.#target = target;
    redis.on('error', error => (this.#socketError = error));
    redis.once('close', () => {
      if (this.#end) return;
      this.#end = this.#describe(this.#socketError);
      destroyClient(redis);
      lost();
    });
  }

  /** False from the moment the socket is gone, which can be before `lost` is called. */
  get isOpen(): boolean {
    return !this.#end && this.#redis.status === 'ready' && this.#redis.stream.writable;
  }

  /** Nothing is in flight. */
  get isIdle(): boolean {
    return this.#inFlight.size === 0;
  }

  /**
   * Sends by `send` and waits for the replies. A command whose time runs out closes the connection, for a server that
   * does not answer is not well; only behind one that still has time it is merely given up.
   */
  async exchange<T>(
    commands: readonly CommandWords[],
    send: (redis: Redis) => Promise<T>,
    { timeoutMilliseconds, signal }: ExchangeOptions,
  ): Promise<T> {
    signal?.throwIfAborted();
    const exchange: Exchange = { abandoned: false };
    this.#inFlight.add(exchange);
    this.#gather();
    const replied = send(this.#redis).finally(() => this.#inFlight.delete(exchange));
    try {
      return await withDeadline(
        replied,
        timeoutMilliseconds,
        () => this.#expire(exchange, commands, timeoutMilliseconds),
        signal,
      );
    } catch (error) {
      exchange.abandoned = true;
      if (error instanceof ConnectionError || (signal?.aborted && error === signal.reason)) throw error;
      const [words] = commands;
      if (isErrorReply(error) && words) throw refusal(this.#target.node, words, error.message);
      throw this.#lossOf(commands, error);
    }
  }

  /** Closes at once; what is in flight fails with `reason`. */
  destroy(reason: ConnectionError): void {
    this.#end ??= reason;
    destroyClient(this.#redis);
  }

  /** What is sent at one moment leaves in one packet: every packet is a system call here and there. */
  #gather(): void {
    const { stream } = this.#redis;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  #expire(exchange: Exchange, commands: readonly CommandWords[], timeoutMilliseconds: number): ConnectionError {
    exchange.abandoned = true;
    const { node } = this.#target;
    const names = commandNames(commands);
    const isBehind = this.#isBehindAnother(exchange);
    const error = new ConnectionError(
      'timedOut',
      `${node} did not answer ${names} within ${timeoutMilliseconds} ms${isBehind ? ': it is still busy with an earlier command of ours' : ''}.`,
      {
        node,
        now: outcomeOf(commands),
        ...(!isBehind && { remedy: 'The server may be stopped, overloaded or busy with a long command.' }),
      },
    );
    if (!isBehind)
      this.destroy(
        new ConnectionError('connectionClosed', `The connection to ${node} was given up: ${names} got no answer.`, {
          node,
        }),
      );
    return error;
  }

  #isBehindAnother(exchange: Exchange): boolean {
    for (const earlier of this.#inFlight) {
      if (earlier === exchange) return false;
      if (!earlier.abandoned) return true;
    }
    return false;
  }

  #lossOf(commands: readonly CommandWords[], error: unknown): ConnectionError {
    const { code, message, node, cause } = this.#end ?? this.#describe(this.#socketError ?? error);
    return new ConnectionError(code, message, { node, now: outcomeOf(commands), cause });
  }

  #describe(error: unknown): ConnectionError {
    return describeLinkFailure(failureOf(this.#target, 'open', error ?? new Error('Connection is closed.')));
  }
}

function outcomeOf(commands: readonly CommandWords[]): string | undefined {
  const changing = commands.filter(words => !isReadOnly(words));
  return changing.length === 0 ? undefined : `It is not known whether ${commandNames(changing)} took effect.`;
}
