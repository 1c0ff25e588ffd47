import fc from 'fast-check';
import type { Reply } from '../../../src/core/connection/types';

/** Texts that programs trip over. */
const oddTexts = [
  ...['', ' ', '\0', '\r', '\n', '\r\n', '\t', ',', ':', '=', '-', '@', '#', '[', '{', '"', "'", '\\', '%', '*', '.'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'nil', 'null', 'true'],
  ...['-1', '0', '1', '16383', '16384', '65536', '1e9', '0x10', '9007199254740993', '99999999999999999999', '1.5'],
  ...['\u202e', '\ud800', 'é', '😀', 'a'.repeat(300), '127.0.0.1:7000', 'master', 'slave', 'myself'],
];

/** A text with some of it cut out, doubled, replaced, turned round or cut off. */
export function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    kind: fc.constantFrom('cut', 'double', 'put', 'replace', 'end', 'swap'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.nat(4), fc.nat(60)),
    text: fc.oneof(
      fc.constantFrom(...oddTexts),
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    isWord: fc.boolean(),
  });
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { maxLength: 4 }))
    .map(([whole, edits]) => edits.reduce(applyEdit, whole));
}

interface Edit {
  kind: 'cut' | 'double' | 'put' | 'replace' | 'end' | 'swap';
  /** Of the length. */
  at: number;
  length: number;
  text: string;
  /** From word to word, as the formats have them. */
  isWord: boolean;
}

function applyEdit(text: string, { kind, at, length, text: odd, isWord }: Edit): string {
  let start = Math.floor(at * text.length);
  let end = Math.min(text.length, start + length);
  if (isWord) {
    while (start > 0 && !/[\s,:=@-]/.test(text[start - 1]!)) start--;
    end = start;
    while (end < text.length && !/[\s,:=@-]/.test(text[end]!)) end++;
  }
  const part = text.slice(start, end);
  switch (kind) {
    case 'cut':
      return text.slice(0, start) + text.slice(end);
    case 'double':
      return text.slice(0, end) + part + text.slice(end);
    case 'put':
      return text.slice(0, start) + odd + text.slice(start);
    case 'replace':
      return text.slice(0, start) + odd + text.slice(end);
    case 'swap':
      return text.slice(0, start) + [...part].reverse().join('') + text.slice(end);
    case 'end':
      return text.slice(0, start);
  }
}

/** Any text: mutated ones, odd ones and noise. */
export function textLike(texts: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: mutated(texts) },
    { weight: 1, arbitrary: fc.constantFrom(...oddTexts) },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  );
}

/** What JSON can hold, with keys and values that programs trip over. */
export const oddValue: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 53, -0, 1e308, [], {}),
    fc.constantFrom(...oddTexts),
    fc.double(),
    fc.string({ maxLength: 12 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...oddTexts), fc.string({ maxLength: 8 })), tie('value'), { maxKeys: 4 }),
    fc.constant(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')),
  ),
})).value;

/** What a server can answer. */
const oddReply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>(tie => ({
  reply: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Reply>(null, 0, -1, 2 ** 53, -(2 ** 40)),
    fc.constantFrom<Reply>(...oddTexts),
    fc.string({ maxLength: 12 }),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
})).reply;

/** A reply in some places of which something else stands, is missing or stands twice. */
export function mutatedReply(replies: readonly Reply[]): fc.Arbitrary<Reply> {
  const edits = fc.array(
    fc.record({ at: fc.nat(2000), kind: fc.constantFrom('put', 'cut', 'double', 'text'), value: oddReply }),
    { maxLength: 3 },
  );
  const whole = fc.constantFrom(...replies);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(whole, edits).map(([reply, all]) => (all.reduce<unknown>(editTree, reply) ?? null) as Reply),
    },
    { weight: 1, arbitrary: oddReply },
  );
}

/** JSON in some places of which something else stands, is missing or stands twice. */
export function mutatedJson(values: readonly unknown[]): fc.Arbitrary<unknown> {
  const edits = fc.array(
    fc.record({ at: fc.nat(2000), kind: fc.constantFrom('put', 'cut', 'double', 'text'), value: oddValue }),
    { maxLength: 3 },
  );
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(fc.constantFrom(...values), edits).map(([value, all]) => all.reduce(editTree, value)),
    },
    { weight: 1, arbitrary: oddValue },
  );
}

interface TreeEdit {
  /** Which of all places, counted through. */
  at: number;
  kind: 'put' | 'cut' | 'double' | 'text';
  value: unknown;
}

function editTree(tree: unknown, { at, kind, value }: TreeEdit): unknown {
  const places = countPlaces(tree);
  let left = at % places;
  const visit = (node: unknown): { keep: unknown[] } => {
    if (left-- === 0) return { keep: changed(node, kind, value) };
    if (Array.isArray(node)) return { keep: [node.flatMap(part => visit(part).keep)] };
    if (typeof node !== 'object' || node === null) return { keep: [node] };
    const entries = Object.entries(node).flatMap(([key, part]) =>
      visit(part)
        .keep.slice(0, 1)
        .map(kept => [key, kept]),
    );
    return { keep: [Object.fromEntries(entries) as unknown] };
  };
  return visit(tree).keep[0];
}

function changed(node: unknown, kind: TreeEdit['kind'], value: unknown): unknown[] {
  switch (kind) {
    case 'put':
      return [value];
    case 'cut':
      return [];
    case 'double':
      return [node, node];
    case 'text':
      return [`${typeof node === 'string' ? node.slice(0, node.length / 2) : ''}${JSON.stringify(value) ?? ''}`];
  }
}

function countPlaces(node: unknown): number {
  const parts = typeof node === 'object' && node !== null ? Object.values(node) : [];
  return parts.reduce<number>((sum, part) => sum + countPlaces(part), 1);
}
