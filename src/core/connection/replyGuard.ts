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
  guards.set(redis, guard);
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...rest) => {
    guard.expect([command.name, ...(command.args as string[])]);
    return send(command, ...rest);
  };
  const decoders = stream.listeners('data') as ((bytes: Buffer) => void)[];
  stream.removeAllListeners('data');
  stream.on('data', (bytes: Buffer) => {
    const decodable = guard.read(bytes);
    if (decodable instanceof BadReply) stream.destroy(decodable);
    else for (const each of decodable) for (const decode of decoders) decode(each);
  });
}

const guards = new WeakMap<Redis, ReplyGuard>();

/** Sends a command to a guarded client. A list comes back as the bytes in which it was sent. */
export function callUndecoded(redis: Redis, words: [string, ...(string | number | Buffer)[]]): Promise<unknown> {
  guards.get(redis)?.keepNextUndecoded();
  return redis.callBuffer(...words);
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
  isUndecoded: boolean;
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
  #isNextUndecoded = false;
  /** Of a list that is not to be decoded, what has come of it. */
  #kept: { of: Expected; chunks: Buffer[] } | undefined;

  /** A command is on its way. */
  expect(words: CommandWords): void {
    const [name, bytes, isUndecoded] = [commandName(words), mostReplyBytes(words), this.#isNextUndecoded];
    this.#expected.push({ name, bytes, isUndecoded });
    this.#isNextUndecoded = false;
  }

  /** If the command expected next is answered with a list, the bytes of that are to be decoded as one text. */
  keepNextUndecoded(): void {
    this.#isNextUndecoded = true;
  }

  /** What is to be decoded now, or why none of it may be; not to be called again then. */
  read(chunk: Buffer): BadReply | Buffer[] {
    const decodable: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length;) {
      const [current] = this.#expected;
      if (current?.isUndecoded && !this.#kept && this.#isAtReply && chunk[at] === ARRAY) {
        decodable.push(chunk.subarray(start, at));
        this.#kept = { of: current, chunks: [] };
        start = at;
      }
      const next = this.#step(chunk, at);
      if (typeof next !== 'number') return next;
      at = next;
      if (this.#kept && this.#expected[0] !== this.#kept.of) {
        decodable.push(asText([...this.#kept.chunks, chunk.subarray(start, at)]));
        this.#kept = undefined;
        start = at;
      }
    }
    const rest = start === 0 ? chunk : chunk.subarray(start);
    if (this.#kept) this.#kept.chunks.push(rest);
    else decodable.push(rest);
    return decodable.filter(({ length }) => length > 0);
  }

  get #isAtReply(): boolean {
    return this.#kind === undefined && this.#bulkLeft === 0 && this.#left.length === 0;
  }

  /** Where to go on. */
  #step(chunk: Uint8Array, at: number): number | BadReply {
    if (this.#bulkLeft > 0) {
      const taken = Math.min(this.#bulkLeft, chunk.length - at);
      this.#bulkLeft -= taken;
      if (this.#bulkLeft === 0) this.#endElement();
      return at + taken;
    }
    if (this.#kind === undefined) return this.#begin(chunk[at]!) ?? at + 1;
    if (this.#isCrSeen) return (chunk[at] === LF ? this.#endHead() : new BadReply()) ?? at + 1;
    const end = this.#kind === TEXT || this.#kind === ERROR ? passLine(chunk, at) : this.#passNumber(chunk, at);
    if (end < 0) return new BadReply();
    const bad = this.#take(end - at);
    if (bad || end === chunk.length) return bad ?? end;
    this.#isCrSeen = true;
    return end + 1;
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

function asText(chunks: readonly Buffer[]): Buffer {
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([Buffer.from(`$${bytes}\r\n`), ...chunks, Buffer.from('\r\n')]);
}
