import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { checkCluster, type TestServers } from '../../support/testCluster';
import { startChild, type Child } from '../../support/childProcess';
import {
  assertNothingLost,
  assertRoles,
  clientOf,
  firstShard,
  roleOf,
  settle,
  startCluster,
} from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';

const runner = join(__dirname, 'failoverRunner.ts');

describe('a failover whose process was killed', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
  let child: Child | undefined;
  let writer: Writer | undefined;

  before(async () => {
    servers = await startCluster(1000);
    client = clientOf(servers);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });
  beforeEach(async () => {
    journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
    writer = startWriter(servers.ports, 1);
    await writer.more(20);
  });
  afterEach(async () => {
    await child?.kill();
    await writer?.stop();
  });

  /** Kills a process that fails over to the first shard's replica so long after it said a line. */
  async function failOverAndKill(line: string, afterMilliseconds: number) {
    await settle(servers, client);
    const { master, replica } = await firstShard(client);
    child = startChild(runner, [replica.id, servers.nodes.join(), journal.directory]);
    await child.line(line);
    await wait(afterMilliseconds);
    await child.kill();
    const [operation, ...more] = await journal.unfinished();
    assert.equal(operation?.state, 'interrupted');
    assert.deepEqual(more, []);
    return { id: operation.id, master, replica };
  }

  const moments: [string, number][] = [
    ['step checkFailover', 0],
    ['step failOver', 0],
    ['step failOver', 5],
    ['step failOver', 12],
    ['step failOver', 25],
    ['step awaitRoles', 0],
    ['step awaitRoles', 300],
  ];
  for (const [line, delay] of moments)
    it(`${delay} ms after "${line}" is resumed by another one to the planned roles, and no acknowledged write is lost`, async () => {
      const { id, master, replica } = await failOverAndKill(line, delay);
      assert.equal((await journal.resume(client, id).finished).outcome, 'completed');
      await assertRoles(servers, replica, master);
      await writer!.more(20);
      await assertNothingLost(replica.port, await writer!.stop());
      await checkCluster(servers);
      assert.deepEqual(await journal.unfinished(), []);
    });

  it('is rolled back by leaving the roles as they are and telling them', async () => {
    const { id, replica } = await failOverAndKill('step awaitRoles', 0);
    const { outcome, notes } = await journal.rollBack(client, id).finished;
    assert.equal(outcome, 'cancelled');
    assert.match(notes.join(' '), new RegExp(`${replica.address} is a master with the slots 0-5460`));
    assert.equal(await roleOf(replica.port), 'master');
    assert.deepEqual(await journal.unfinished(), []);
  });
});
