import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { openNodeConnection } from '../../../src/core/connection/nodeConnection';
import { OperationError } from '../../../src/core/operation/operationError';
import type { BackupManifest } from '../../../src/core/operation/backup/types';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { clientOf, settled, shardOf } from '../../support/members';
import { keyInSlot } from '../../support/slots/loadSlots';
import { createWithRedisCli, eventually, startTestServers, type TestServers } from '../../support/testCluster';
import { startBareServer } from '../connection/bareServer';

/** Of a slot of each of three masters. */
const slots = [0, 8000, 16_000];

describe('backing up what is left of a cluster', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let databases: number[];

  before(async () => {
    ({ servers, databases } = await startWithDatabases());
    await createWithRedisCli(servers, 0);
    client = clientOf(servers);
    const topology = await settled(client, 3);
    for (const slot of slots)
      for (const database of databases)
        await inDatabase(shardOf(topology, slot).master.address, database, [
          ['SET', keyInSlot(slot, 1), `in ${database}`],
          ['SET', keyInSlot(slot, 2), 'more'],
        ]);
  });
  after(async () => {
    await client?.close();
    await servers?.close();
  });

  it('needs to be asked for, names the slots it lacks, and holds every database of the others', async () => {
    const lost = shardOf(await client.observe(), slots[1]).master;
    await servers.servers.kill(lost.port);
    await eventually(async () => (await client.observe()).nodes.some(({ status }) => status === 'failed'), {
      what: 'the others call it failed',
    });
    const directory = join(servers.directory, 'backup');
    await assert.rejects(client.backup({ directory }), (error: unknown) => {
      assert(error instanceof OperationError);
      assert.equal(error.code, 'shardUnreachable');
      assert.match(error.message, /partial backup/);
      return true;
    });
    await client.backup({ directory, partial: true });
    const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as BackupManifest;
    assert.equal(manifest.missingSlots, lost.slots.toString());
    assert.match(manifest.warnings.join(' '), /This backup is partial/);
    assert.deepEqual(
      manifest.shards.map(({ keysBefore }) => keysBefore),
      [0, 2].map(() => Object.fromEntries(databases.map(database => [String(database), 2]))),
    );
    for (const [index, { file }] of manifest.shards.entries()) {
      const restored = await startBareServer({ dir: directory, dbfilename: file });
      try {
        for (const database of databases) {
          const slot = slots[2 * index]!;
          const [value, size] = await inDatabase(restored.address, database, [['GET', keyInSlot(slot, 1)], ['DBSIZE']]);
          assert.deepEqual([value, size], [`in ${database}`, 2]);
        }
      } finally {
        await restored.close();
      }
    }
  });
});

/** Only Valkey 9 and newer has more than one database in a cluster: every other server refuses to start. */
async function startWithDatabases(): Promise<{ servers: TestServers; databases: number[] }> {
  const options = { count: 3, nodeTimeoutMilliseconds: 1000 };
  try {
    const settings = { 'cluster-databases': '4' };
    return { servers: await startTestServers({ ...options, settings }), databases: [0, 1, 3] };
  } catch (error) {
    assert.match(String(error), /cluster-databases|Bad directive/i);
    return { servers: await startTestServers(options), databases: [0] };
  }
}

async function inDatabase(address: string, database: number, commands: [string, ...string[]][]): Promise<unknown[]> {
  const connection = openNodeConnection(address);
  try {
    const [, ...replies] = await connection.pipeline([['SELECT', database], ...commands]);
    for (const reply of replies) if (reply instanceof Error) throw reply;
    return replies;
  } finally {
    connection.close();
  }
}
