import type { BufferReply } from '../../connection/types';
import { bytesText, count } from '../../plan/phrases';
import { quote } from '../../plan/command/commandText';

/** Longer ones are cut, in characters. */
const LONGEST_REPLY = 64 * 1024;

/**
 * A reply as redis-cli prints it on a terminal: `(integer) 3`, `(nil)`, `"a\x00b"`, nested lists numbered and indented. `isText`:
 * it is a text for people (INFO, CLUSTER NODES) and stands as it is. Cut at `longest` characters, which it then says.
 */
export function renderReply(reply: BufferReply, { isText = false, longest = LONGEST_REPLY } = {}): string {
  if (Buffer.isBuffer(reply) && (isText || isStatus(reply))) return cut(plainText(reply), longest, reply.length);
  const parts = new Parts(longest);
  print(reply, '', parts);
  return parts.text(`and more: ${sizeText(reply)} in all`);
}

/** Commands whose one text has lines of its own (redis-cli.c: cliReadReply, output_raw). */
const TEXTS: ReadonlySet<string> = new Set([
  ...['INFO', 'LOLWUT', 'CLUSTER NODES', 'CLUSTER INFO', 'CLIENT LIST', 'CLIENT INFO', 'MEMORY DOCTOR'],
  ...['MEMORY MALLOC-STATS', 'LATENCY DOCTOR', 'LATENCY GRAPH', 'DEBUG HTSTATS', 'DEBUG HTSTATS-KEY'],
]);

/** Of a command's name, `CLUSTER NODES` or `INFO`. */
export function repliesText(names: readonly string[]): boolean {
  return names.some(name => TEXTS.has(name));
}

// A simple string and a bulk one look alike by the time they are here: these are what servers say as simple ones.
function isStatus(reply: Buffer): boolean {
  return /^(OK|PONG|QUEUED|Background .*|none|string|list|set|zset|hash|stream)$/.test(reply.toString('latin1'));
}

function plainText(reply: Buffer): string {
  return reply
    .toString('utf8')
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{C}\n\t]/gu, '\ufffd')
    .trimEnd();
}

function print(reply: BufferReply, prefix: string, parts: Parts): void {
  if (reply === null) parts.add('(nil)');
  else if (typeof reply === 'number') parts.add(`(integer) ${reply}`);
  else if (Buffer.isBuffer(reply)) parts.add(quote(reply.length > parts.left ? reply.subarray(0, parts.left) : reply));
  else if (reply.length === 0) parts.add('(empty array)');
  else {
    const width = String(reply.length).length;
    const inner = `${prefix}${' '.repeat(width + 2)}`;
    for (const [index, item] of reply.entries()) {
      if (parts.isFull) return;
      parts.add(`${index === 0 ? '' : `\n${prefix}`}${String(index + 1).padStart(width)}) `);
      print(item, inner, parts);
    }
  }
}

/** Grows up to a limit: of a reply of a million keys no text of a million lines is made first. */
class Parts {
  readonly #parts: string[] = [];
  left: number;

  constructor(longest: number) {
    this.left = longest;
  }

  get isFull(): boolean {
    return this.left <= 0;
  }

  add(part: string): void {
    this.#parts.push(this.left > 0 ? part.slice(0, this.left) : '');
    this.left -= part.length;
  }

  text(rest: string): string {
    return this.#parts.join('') + (this.left < 0 ? `\n... ${rest}` : '');
  }
}

function cut(text: string, longest: number, bytes: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}\n... and more: ${bytesText(bytes)} in all`;
}

function sizeText(reply: BufferReply): string {
  if (Array.isArray(reply)) return count(reply.length, 'element');
  return Buffer.isBuffer(reply) ? bytesText(reply.length) : '';
}
