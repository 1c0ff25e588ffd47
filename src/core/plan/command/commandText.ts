import type { CommandWord } from '../types';

/** A word of a command as it is given: text, or any bytes. */
export type GivenWord = string | Buffer;

/** Plain data, for a plan. */
export function toPlanWord(word: GivenWord): CommandWord {
  if (typeof word === 'string') return word;
  const text = word.toString('utf8');
  return Buffer.from(text).equals(word) ? text : { base64: word.toString('base64') };
}

/** What is sent. */
export function fromPlanWord(word: CommandWord): GivenWord {
  return typeof word === 'string' ? word : Buffer.from(word.base64, 'base64');
}

/** As it can be typed again: `SET "a b" "\xff"`. */
export function commandLine(words: readonly GivenWord[]): string {
  return words.map(quoteWhereNeeded).join(' ');
}

/** Cut to what a title or a row can bear. */
export function shortCommandLine(words: readonly GivenWord[], longest = 80): string {
  const line = commandLine(words);
  return line.length > longest ? `${line.slice(0, longest - 3)}...` : line;
}

const ESCAPES: Readonly<Record<number, string>> = {
  0x07: '\\a',
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0d: '\\r',
  0x22: '\\"',
  0x5c: '\\\\',
};

/** Bytes in double quotes as redis-cli prints them (sds.c: sdscatrepr); bytes that are no printable ASCII as `\xff`. */
export function quote(bytes: Buffer): string {
  let text = '"';
  for (const byte of bytes)
    text +=
      ESCAPES[byte] ??
      (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
  return `${text}"`;
}

function quoteWhereNeeded(word: GivenWord): string {
  if (typeof word === 'string' && /^[^\s"'\\\p{C}]+$/u.test(word)) return word;
  return quote(Buffer.from(word));
}
