import type { Redis } from 'ioredis';
import { commandName } from './commandName';
import { mostReplyBytes } from './mostReplyBytes';
import type { CommandWords } from './types';

/** Bytes that must not be decoded. */
export class BadReply extends Error {
  override name = 'BadReply' as const;

  /** `what` goes on from the node's name: `answered INFO with more than 32 MB`; undefined for what is no reply at all. */
  constructor(readonly what?: string) {
    super(what ?? 'Not the Redis protocol.');
  }
}

/**
 * Stands between the socket of a client that is open and its decoder, which takes whatever comes: it makes room for as many
 * elements as a header claims, descends as deep as arrays are nested, and throws where nobody can catch it for some replies to
 * nothing. What is no RESP2, more than its command may bring, or nobody asked for ends the connection with a BadReply.
 */
export function guardReplies(redis: Redis): void {
  const { stream } = redis;
  const guard = new ReplyGuard();
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...rest) => {
    guard.expect([command.name, ...(command.args as string[])]);
    return send(command, ...rest);
  };
  const decoders = stream.listeners('data') as ((bytes: Buffer) => void)[];
  stream.removeAllListeners('data');
  stream.on('data', (bytes: Buffer) => {
    const bad = guard.read(bytes);
    if (bad) stream.destroy(bad);
    else for (const decode of decoders) decode(bytes);
  });
}

const CR = 13;
const LF = 10;
const MINUS = 45;
const PLUS = 43;
const ZERO = 48;
const [TEXT, ERROR, NUMBER, BULK, ARRAY] = [43, 45, 58, 36, 42];

/** What an element takes in memory beside its bytes, about. */
const ELEMENT_BYTES = 64;
/** COMMAND DOCS goes down to about 15. */
const MOST_LEVELS = 128;
/** Of the number in a head: servers count in 64 bits. */
const MOST_DIGITS = 20;

interface Expected {
  name: string;
  bytes: number;
}

/** Reads what a server sends only as far as to know where each reply ends and what it takes. */
export class ReplyGuard {
  readonly #expected: Expected[] = [];
  /** Elements still to come, the outermost array first. */
  readonly #left: number[] = [];
  /** Kind of the head that has begun. */
  #kind: number | undefined;
  #number = 0;
  #digits = 0;
  #isNegative = false;
  #isCrSeen = false;
  /** Of a bulk text, its line end included. */
  #bulkLeft = 0;
  #bytes = 0;
  #hasRefused = false;

  /** A command is on its way. */
  expect(words: CommandWords): void {
    this.#expected.push({ name: commandName(words), bytes: mostReplyBytes(words) });
  }

  /** Undefined when all of it may be decoded. Not to be called again once it is not. */
  read(chunk: Uint8Array): BadReply | undefined {
    for (let at = 0; at < chunk.length;) {
      if (this.#bulkLeft > 0) {
        const taken = Math.min(this.#bulkLeft, chunk.length - at);
        at += taken;
        this.#bulkLeft -= taken;
        if (this.#bulkLeft === 0) this.#endElement();
        continue;
      }
      if (this.#kind === undefined) {
        const bad = this.#begin(chunk[at++]!);
        if (bad) return bad;
      } else if (this.#isCrSeen) {
        const bad = chunk[at++] === LF ? this.#endHead() : new BadReply();
        if (bad) return bad;
      } else {
        const end = this.#kind === TEXT || this.#kind === ERROR ? passLine(chunk, at) : this.#passNumber(chunk, at);
        if (end < 0) return new BadReply();
        const bad = this.#take(end - at);
        if (bad) return bad;
        at = end;
        if (at < chunk.length) {
          this.#isCrSeen = true;
          at++;
        }
      }
    }
    return undefined;
  }

  #begin(kind: number): BadReply | undefined {
    if (kind !== TEXT && kind !== ERROR && kind !== NUMBER && kind !== BULK && kind !== ARRAY) return new BadReply();
    this.#kind = kind;
    if (this.#expected.length > 0) return undefined;
    // A connection is refused without a question: too many clients, protected mode.
    if (kind !== ERROR || this.#hasRefused) return new BadReply('sent a reply that nobody asked for');
    this.#hasRefused = true;
    return undefined;
  }

  /** Where the carriage return stands, the end when that is still to come, -1 when this is no number. */
  #passNumber(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === CR) return this.#digits > 0 ? at : -1;
      const isSign = byte === MINUS || (byte === PLUS && this.#kind === NUMBER);
      if (isSign && this.#digits === 0 && !this.#isNegative) this.#isNegative = byte === MINUS;
      else if (byte < ZERO || byte > ZERO + 9 || this.#digits++ === MOST_DIGITS) return -1;
      else this.#number = this.#number * 10 + byte - ZERO;
    }
    return chunk.length;
  }

  #endHead(): BadReply | undefined {
    const [kind, number, isNegative] = [this.#kind, this.#number, this.#isNegative];
    this.#kind = undefined;
    this.#number = 0;
    this.#digits = 0;
    this.#isNegative = false;
    this.#isCrSeen = false;
    const isLong = kind === BULK || kind === ARRAY;
    if (!isLong || isNegative) {
      this.#endElement();
      // Of all below 0, -1 alone means something: that there is nothing.
      return isLong && number !== 1 ? new BadReply() : undefined;
    }
    return kind === BULK ? this.#beginBulk(number) : this.#beginArray(number);
  }

  #beginBulk(length: number): BadReply | undefined {
    this.#bulkLeft = length + 2;
    return this.#take(length);
  }

  #beginArray(length: number): BadReply | undefined {
    if (length === 0) this.#endElement();
    else if (this.#left.push(length) > MOST_LEVELS)
      return new BadReply(`answered ${this.#name} with lists nested more than ${MOST_LEVELS} deep`);
    return this.#take(length * ELEMENT_BYTES);
  }

  #endElement(): void {
    while (this.#left.length > 0) {
      if (--this.#left[this.#left.length - 1]! > 0) return;
      this.#left.pop();
    }
    this.#expected.shift();
    this.#bytes = 0;
  }

  #take(bytes: number): BadReply | undefined {
    this.#bytes += bytes;
    const most = this.#expected[0]?.bytes ?? mostReplyBytes(['PING']);
    return this.#bytes > most ? new BadReply(`answered ${this.#name} with more than ${most / 2 ** 20} MB`) : undefined;
  }

  get #name(): string {
    return this.#expected[0]?.name ?? 'nothing';
  }
}

/** Where the line ends, or the chunk. */
function passLine(chunk: Uint8Array, start: number): number {
  const end = chunk.indexOf(CR, start);
  return end < 0 ? chunk.length : end;
}
