import assert from 'node:assert/strict';
import type { Cluster } from 'ioredis';
import { eventually, sendCommand } from '../testCluster';
import { openCluster, untilAnswered } from './openCluster';

const chunk = 500;

/** Writes so many keys (`key:<n>` = n, padded), spread over all slots; the replicas have them too when it is done. */
export async function fillCluster(ports: readonly number[], keys: number, valueBytes = 20): Promise<void> {
  await inChunks(ports, keys, (cluster, name, number) => cluster.set(name, valueOf(number, valueBytes)));
  for (const port of ports) await awaitReplicas(port);
}

/** Every key of `fillCluster` can be read where its slot is, with its value. */
export async function assertFilled(ports: readonly number[], keys: number, valueBytes = 20): Promise<void> {
  const wrong: string[] = [];
  await inChunks(ports, keys, async (cluster, name, number) => {
    const value = await cluster.get(name);
    if (value !== valueOf(number, valueBytes)) wrong.push(`${name}: ${String(value)}`);
  });
  assert.deepEqual(wrong, []);
}

/** A replica that has just been synchronised without a disk is sent nothing before its first word, up to a second later. */
async function awaitReplicas(port: number): Promise<void> {
  const read = async (): Promise<string> => String(await sendCommand(port, ['INFO', 'replication']));
  const written = Number(/^master_repl_offset:(\d+)/m.exec(await read())?.[1]);
  await eventually(
    async () =>
      [...(await read()).matchAll(/^slave\d+:.*offset=(\d+)/gm)].every(([, offset]) => Number(offset) >= written),
    { what: `the replicas of ${port} have what was written` },
  );
}

function valueOf(number: number, bytes: number): string {
  return String(number).padEnd(bytes, '.');
}

async function inChunks(
  ports: readonly number[],
  keys: number,
  task: (cluster: Cluster, name: string, number: number) => Promise<unknown>,
): Promise<void> {
  const quick = openCluster(ports, { enableAutoPipelining: true });
  const patient = openCluster(ports);
  try {
    for (let start = 0; start < keys; start += chunk) {
      const numbers = Array.from({ length: Math.min(chunk, keys - start) }, (_, index) => start + index);
      await Promise.all(
        numbers.map(async number => {
          const name = `key:${number}`;
          // In a pipeline nobody follows MOVED, and a node may learn late who owns a slot now.
          await task(quick, name, number).catch(() => untilAnswered(() => task(patient, name, number)));
        }),
      );
    }
  } finally {
    quick.disconnect();
    patient.disconnect();
  }
}
