import { PlanError } from '../planError';
import { toPlanWord, type GivenWord } from './commandText';

/**
 * The words of a line as redis-cli takes it (sds.c: sdssplitargs): blanks part words; in double quotes `\n \r \t \b \a \xff` and
 * any escaped character, in single quotes `\'` alone; a closing quote ends its word. A word of bytes that are no UTF-8 is a
 * Buffer. Throws a PlanError `commandUnreadable` that says where.
 */
export function parseCommandLine(line: string): GivenWord[] {
  const words: GivenWord[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(line[at])) at++;
    if (at >= line.length) return words;
    const { bytes, end } = readWord(line, at);
    words.push(typeof toPlanWord(bytes) === 'string' ? bytes.toString('utf8') : bytes);
    at = end;
  }
}

function readWord(line: string, start: number): { bytes: Buffer; end: number } {
  const parts: Buffer[] = [];
  let at = start;
  while (at < line.length && !isBlank(line[at])) {
    const char = line[at]!;
    if (char !== '"' && char !== "'") {
      const { bytes, length } = readCharacter(line, at);
      parts.push(bytes);
      at += length;
      continue;
    }
    const quoted = char === '"' ? readDouble(line, at) : readSingle(line, at);
    if (quoted.end < line.length && !isBlank(line[quoted.end]))
      throw unreadable(`a blank has to follow the quote that closes at character ${quoted.end}`);
    parts.push(...quoted.parts);
    at = quoted.end;
  }
  return { bytes: Buffer.concat(parts), end: at };
}

function readDouble(line: string, start: number): { parts: Buffer[]; end: number } {
  const parts: Buffer[] = [];
  for (let at = start + 1; at < line.length;) {
    if (line[at] === '"') return { parts, end: at + 1 };
    const { bytes, length } = line[at] === '\\' ? readEscape(line, at) : readCharacter(line, at);
    parts.push(bytes);
    at += length;
  }
  throw unreadable(`the double quote at character ${start + 1} is not closed`);
}

interface Piece {
  bytes: Buffer;
  /** Of the line it was read from. */
  length: number;
}

function readEscape(line: string, at: number): Piece {
  const hex = /^\\x([0-9a-f]{2})/i.exec(line.slice(at, at + 4))?.[1];
  if (hex !== undefined) return { bytes: Buffer.from(hex, 'hex'), length: 4 };
  if (at + 1 === line.length) return readCharacter(line, at);
  const { bytes, length } = readCharacter(line, at + 1);
  const special = SPECIAL[bytes.toString()];
  return { bytes: special === undefined ? bytes : Buffer.from(special), length: length + 1 };
}

/** Whole, where it takes two units of the line. */
function readCharacter(line: string, at: number): Piece {
  const character = String.fromCodePoint(line.codePointAt(at)!);
  return { bytes: Buffer.from(character), length: character.length };
}

function readSingle(line: string, start: number): { parts: Buffer[]; end: number } {
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === "'") return { parts: [Buffer.from(text)], end: at + 1 };
    if (line.startsWith("\\'", at)) at++;
    text += line[at]!;
  }
  throw unreadable(`the single quote at character ${start + 1} is not closed`);
}

const SPECIAL: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function isBlank(char: string | undefined): boolean {
  return char !== undefined && /^[\s\0]$/.test(char);
}

function unreadable(why: string): PlanError {
  return new PlanError('commandUnreadable', `The line cannot be read: ${why}.`, {
    remedy: 'Quote words with blanks in "...", with \\" for a quote and \\x00 for a byte.',
  });
}
