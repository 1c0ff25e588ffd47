// An application that never stops writing: one lane per shard, each key written once and kept in a ledger when acknowledged.
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';

const { Redis } = createRequire(import.meta.url)('ioredis');

/** Hash tags of a slot in each third of the slots: b is 3300, c is 7365, a is 15495. */
const tags = ['b', 'c', 'a'];
const pauseMilliseconds = 2;
const retryMilliseconds = 5;

/** Writes through the nodes at these ports until `stop`. `beginStage` closes the books of one stage and opens those of the next. */
export function startWriter(ports, password) {
  const clients = new Map(ports.map(port => [port, openClient(port, password)]));
  const stages = [newStage('first writes')];
  let isStopping = false;
  const lanes = tags.map(tag => ({ tag, port: ports[0], lastWrite: performance.now() }));
  const writing = lanes.map(lane => write(lane));

  async function write(lane) {
    for (let number = 0; !isStopping; number++) {
      const key = `demo:{${lane.tag}}:${number}`;
      while (!isStopping && !(await isWritten(lane, key)));
      await wait(pauseMilliseconds);
    }
  }

  async function isWritten(lane, key) {
    const stage = stages.at(-1);
    try {
      await clients.get(lane.port).set(key, key);
    } catch (error) {
      const moved = /^MOVED \d+ .*:(\d+)$/.exec(error.message)?.[1];
      // Who does not answer may not be the master any more: ask another.
      lane.port = moved === undefined ? ports[(ports.indexOf(lane.port) + 1) % ports.length] : Number(moved);
      if (!clients.has(lane.port)) clients.set(lane.port, openClient(lane.port, password));
      if (moved === undefined) await wait(retryMilliseconds);
      return false;
    }
    const now = performance.now();
    stage.keys.push(key);
    stage.longestGap = Math.max(stage.longestGap, now - Math.max(lane.lastWrite, stage.began));
    lane.lastWrite = now;
    return true;
  }

  return {
    beginStage(name) {
      stages.push(newStage(name));
    },
    async stop() {
      isStopping = true;
      await Promise.all(writing);
      for (const client of clients.values()) client.disconnect();
      return stages;
    },
  };
}

/** How many of these keys cannot be read from the masters: `owners` gives the port that serves a hash tag. */
export async function countLost(keys, portOfTag, password) {
  let lost = 0;
  for (const tag of tags) {
    const client = openClient(await portOfTag(tag), password);
    try {
      const own = keys.filter(key => key.includes(`{${tag}}`));
      for (let start = 0; start < own.length; start += 1000) {
        const chunk = own.slice(start, start + 1000);
        const values = await client.mget(chunk);
        lost += chunk.filter((key, index) => values[index] !== key).length;
      }
    } finally {
      client.disconnect();
    }
  }
  return lost;
}

function newStage(name) {
  return { name, keys: [], longestGap: 0, began: performance.now() };
}

function openClient(port, password) {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    password,
    connectTimeout: 1000,
    commandTimeout: 1000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 50,
  });
  // Each command sees its own failure.
  client.on('error', () => undefined);
  return client;
}
