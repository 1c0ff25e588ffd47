import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import type { NodeConnection } from '../../src/core/connection/types';
import { readContent } from '../../src/core/migration/keyCopy/readContent';

/** Whoever answers for a key: one server, or a client of a cluster. */
export interface Keyspace {
  call(name: string, ...words: (string | number | Buffer)[]): Promise<unknown>;
}

const binary = Buffer.from([0, 255, 123, 128, 125, 10]);

/** One key of every type and encoding, with times to live, and names and values that are no text. */
export async function writeManyTypes(client: Keyspace, prefix = ''): Promise<Buffer[]> {
  const name = (text: string): string => `${prefix}${text}`;
  const numbers = Array.from({ length: 700 }, (_, index) => index);
  const pairs = numbers.flatMap(number => [`field ${number}`, `value ${number}`]);
  const commands: [string, ...(string | number | Buffer)[]][] = [
    ['SET', name('text'), 'value'],
    ['SET', name('number'), 4711],
    ['SET', name('compressible'), 'abc'.repeat(5000)],
    ['SET', name('empty'), ''],
    ['SET', Buffer.concat([Buffer.from(prefix), binary]), binary],
    ['SET', name('lives an hour'), 'value', 'PX', 3_600_000],
    ['RPUSH', name('list'), 'one', 'two', 'two'],
    ['RPUSH', name('long list'), ...numbers],
    ['SADD', name('set'), 'a', 'b', binary],
    ['SADD', name('numbers'), 1, 2, 3],
    ['SADD', name('large set'), ...pairs],
    ['HSET', name('hash'), 'field', 'value'],
    ['HSET', name('large hash'), ...pairs],
    ['ZADD', name('zset'), 1.5, 'a', '-inf', 'b', 3, 'c'],
    ['ZADD', name('large zset'), ...numbers.flatMap(number => [number / 3, `member ${number}`])],
    ['XADD', name('stream'), '1-1', 'field', 'value'],
    ['XADD', name('stream'), '1-2', 'field', 'other'],
    ['PFADD', name('hyperloglog'), ...numbers],
    ['GEOADD', name('places'), 13.361389, 38.115556, 'Palermo'],
    ['SETBIT', name('bits'), 4000, 1],
  ];
  for (const [word, ...rest] of commands) await client.call(word, ...rest);
  await client.call('XGROUP', 'CREATE', name('stream'), 'readers', '1-1');
  await client.call('XREADGROUP', 'GROUP', 'readers', 'someone', 'COUNT', 1, 'STREAMS', name('stream'), '>');
  await client.call('PEXPIRE', name('large hash'), 7_200_000);
  return [
    ...new Map(
      commands.map(([, key]) => [String(key), Buffer.isBuffer(key) ? key : Buffer.from(String(key))]),
    ).values(),
  ];
}

/** The moments at which keys expire, 0 for never; and what they hold. */
export async function contentsOf(
  client: Redis | NodeConnection | Keyspace,
  keys: readonly Buffer[],
): Promise<string[]> {
  const ask = async (name: string, ...words: (string | number | Buffer)[]): Promise<unknown> => {
    if ('pipelineBuffers' in client) return (await client.pipelineBuffers([[name, ...words]]))[0];
    return (client as unknown as { callBuffer: Keyspace['call'] }).callBuffer(name, ...words);
  };
  return Promise.all(
    keys.map(async key => {
      const content = await readContent(
        commands =>
          Promise.all(commands.map(words => ask(words[0], ...words.slice(1)).catch((error: Error) => error))) as never,
        key,
      );
      assert(content !== undefined, `${key.toString('latin1')} can be read`);
      return `${key.toString('latin1')} ${content} ${Number(await ask('PEXPIRETIME', key))}`;
    }),
  );
}
