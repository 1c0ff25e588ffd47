import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { checkCluster, type TestServers } from '../../support/testCluster';
import { breakOff } from '../../support/childProcess';
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

describe('a failover whose process was killed', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
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
  afterEach(() => writer?.stop());

  /** Kills a process that fails over to the first shard's replica so long after it began a step. */
  async function failOverAndKill(step: string, afterMilliseconds: number) {
    await settle(servers, client);
    const { master, replica } = await firstShard(client);
    const job = { planner: 'planFailover', request: { replica: replica.id }, nodes: servers.nodes, journal } as const;
    const { id } = await breakOff(job, step, afterMilliseconds);
    return { id, master, replica };
  }

  const moments: [string, number][] = [
    ['checkFailover', 0],
    ['failOver', 0],
    ['failOver', 5],
    ['failOver', 12],
    ['failOver', 25],
    ['awaitRoles', 0],
    ['awaitRoles', 300],
  ];
  for (const [step, delay] of moments)
    it(`${delay} ms into the step ${step} is resumed by another one to the planned roles, and no acknowledged write is lost`, async () => {
      const { id, master, replica } = await failOverAndKill(step, delay);
      assert.equal((await journal.resume(client, id).finished).outcome, 'completed');
      await assertRoles(servers, replica, master);
      await writer!.more(20);
      await assertNothingLost(replica.port, await writer!.stop());
      await checkCluster(servers);
      assert.deepEqual(await journal.unfinished(), []);
    });

  it('is rolled back by leaving the roles as they are and telling them', async () => {
    const { id, replica } = await failOverAndKill('awaitRoles', 0);
    const { outcome, notes } = await journal.rollBack(client, id).finished;
    assert.equal(outcome, 'cancelled');
    assert.match(notes.join(' '), new RegExp(`${replica.address} is a master with the slots 0-5460`));
    assert.equal(await roleOf(replica.port), 'master');
    assert.deepEqual(await journal.unfinished(), []);
  });
});
