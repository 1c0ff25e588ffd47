/** What a fake node answers; an Error becomes an error reply, a Buffer list is written as it is. */
export type FakeReply = string | number | null | Error | FakeReply[] | RawReply;

/** Already on the wire's terms: pieces to be written one after the other, without a copy. */
export interface RawReply {
  raw: readonly Buffer[];
}

/** `+OK`, not a bulk text. */
export const OK: RawReply = { raw: [Buffer.from('+OK\r\n')] };

/** A bulk text out of pieces that others share. */
export function bulk(pieces: readonly Buffer[]): RawReply {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { raw: [Buffer.from(`$${length}\r\n`), ...pieces, Buffer.from('\r\n')] };
}

export function encode(reply: FakeReply): readonly Buffer[] {
  return isRaw(reply) ? reply.raw : [Buffer.from(textOf(reply))];
}

function textOf(reply: FakeReply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof Error) return `-${reply.message}\r\n`;
  if (isRaw(reply)) return Buffer.concat(reply.raw).toString('latin1');
  return `*${reply.length}\r\n${reply.map(textOf).join('')}`;
}

function isRaw(reply: FakeReply): reply is RawReply {
  return typeof reply === 'object' && reply !== null && 'raw' in reply;
}

/** Reads what clients send, arrays of bulk texts; the rest of a command may come later. Throws on anything else. */
export class CommandReader {
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): string[][] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const commands: string[][] = [];
    let at = 0;
    for (;;) {
      const command = readCommand(this.#rest, at);
      if (!command) break;
      commands.push(command.words);
      at = command.end;
    }
    this.#rest = this.#rest.subarray(at);
    return commands;
  }
}

function readCommand(bytes: Buffer, from: number): { words: string[]; end: number } | undefined {
  const count = readHead(bytes, from, '*');
  if (!count) return undefined;
  const words: string[] = [];
  let { end } = count;
  for (let index = 0; index < count.value; index++) {
    const length = readHead(bytes, end, '$');
    if (!length || bytes.length < length.end + length.value + 2) return undefined;
    words.push(bytes.toString('utf8', length.end, length.end + length.value));
    end = length.end + length.value + 2;
  }
  return { words, end };
}

function readHead(bytes: Buffer, from: number, sign: string): { value: number; end: number } | undefined {
  const end = bytes.indexOf('\r\n', from);
  if (end < 0) return undefined;
  const text = bytes.toString('latin1', from, end);
  if (!text.startsWith(sign)) throw new Error(`Protocol error: expected '${sign}', got '${text.slice(0, 20)}'`);
  return { value: Number(text.slice(1)), end: end + 2 };
}
