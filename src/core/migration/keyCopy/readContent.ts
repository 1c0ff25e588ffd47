import { createHash } from 'node:crypto';
import type { BufferReply, CommandWords } from '../../connection/types';

/** Asks whoever has the key. */
type Ask = (commands: readonly CommandWords[]) => Promise<(BufferReply | Error)[]>;

/**
 * A hash of what a key holds, whatever its encoding: two servers write the same set, or a compressed text, out in different
 * bytes. Undefined for a type that cannot be read so, and for a key that is gone.
 */
export async function readContent(ask: Ask, key: Buffer): Promise<string | undefined> {
  const [type] = await ask([['TYPE', key]]);
  const name = Buffer.isBuffer(type) ? type.toString() : '';
  const reader = readers[name];
  if (!reader) return undefined;
  const replies = await ask(reader.commands(key));
  const [first] = replies;
  if (first instanceof Error || first === null || first === undefined) return undefined;
  const parts = await reader.parts(replies, ask, key);
  const hash = createHash('sha1').update(name);
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest('hex');
}

interface Reader {
  commands: (key: Buffer) => CommandWords[];
  /** In an order that only the content decides. */
  parts: (replies: (BufferReply | Error)[], ask: Ask, key: Buffer) => Buffer[] | Promise<Buffer[]>;
}

const readers: Readonly<Record<string, Reader>> = {
  string: { commands: key => [['GET', key]], parts: ([value]) => flatten(value) },
  list: { commands: key => [['LRANGE', key, 0, -1]], parts: ([items]) => flatten(items) },
  set: { commands: key => [['SMEMBERS', key]], parts: ([members]) => flatten(members).sort((a, b) => a.compare(b)) },
  zset: {
    commands: key => [['ZRANGE', key, 0, -1, 'WITHSCORES']],
    // Servers print the same score in different ways.
    parts: ([members]) =>
      flatten(members).map((part, index) => (index % 2 === 1 ? Buffer.from(String(scoreOf(part))) : part)),
  },
  hash: { commands: key => [['HGETALL', key]], parts: readHash },
  stream: {
    commands: key => [
      ['XRANGE', key, '-', '+'],
      ['XINFO', 'GROUPS', key],
    ],
    parts: ([entries, groups]) => [...flatten(entries), ...groupParts(groups)],
  },
};

async function readHash([pairs]: (BufferReply | Error)[], ask: Ask, key: Buffer): Promise<Buffer[]> {
  const words = flatten(pairs);
  const fields = words.flatMap((field, index) => (index % 2 === 0 ? [{ field, value: words[index + 1]! }] : []));
  fields.sort((a, b) => a.field.compare(b.field));
  // Where the server knows no expiring fields, none does.
  const [times] = await ask([['HPEXPIRETIME', key, 'FIELDS', fields.length, ...fields.map(({ field }) => field)]]);
  return fields.flatMap(({ field, value }, index) => {
    const time = Array.isArray(times) ? Number(times[index]) : -1;
    return [field, value, Buffer.from(String(time))];
  });
}

/** Name, consumers, pending and last id: the first four pairs of each, in every version. */
function groupParts(groups: BufferReply | Error | undefined): Buffer[] {
  return Array.isArray(groups) ? groups.flatMap(group => (Array.isArray(group) ? flatten(group.slice(0, 8)) : [])) : [];
}

function scoreOf(text: Buffer): number {
  const score = text.toString();
  return /inf/i.test(score) ? (score.startsWith('-') ? -Infinity : Infinity) : Number(score);
}

function flatten(reply: BufferReply | Error | undefined): Buffer[] {
  if (Array.isArray(reply)) return reply.flatMap(flatten);
  return [Buffer.isBuffer(reply) ? reply : Buffer.from(reply instanceof Error ? 'Error' : String(reply))];
}
