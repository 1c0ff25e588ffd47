import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { breakOff } from '../../support/childProcess';
import { assertNothingLost } from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';
import { assertAlone, assertForgotten, clientOf, nodeAt, settled, shardOf, startMembers } from '../../support/members';
import { checkCluster, type TestServers } from '../../support/testCluster';

describe('replacing a living master by a process that was killed', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
  let writer: Writer | undefined;

  before(async () => {
    servers = await startMembers({ spares: 1 });
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

  async function replaceAndKill(step: string, afterMilliseconds: number) {
    const topology = await settled(client, 6);
    const { master } = shardOf(topology);
    const spare = topology.nodes.find(({ inCluster }) => !inCluster)!;
    const request = { node: master.id, forgetWaitMilliseconds: 500 };
    const job = { planner: 'planReplaceNode', request, nodes: servers.nodes, journal } as const;
    const { id } = await breakOff(job, step, afterMilliseconds);
    return { id, master, spare };
  }

  const moments: [string, number][] = [
    ['meet', 60],
    ['awaitSync', 0],
    ['failOver', 0],
    ['failOver', 12],
    ['awaitRoles', 0],
    ['resetNode', 100],
    ['forget', 0],
    ['awaitForgotten', 0],
  ];
  for (const [step, delay] of moments)
    it(`${delay} ms into the step ${step} is resumed by another one to its end, and no acknowledged write is lost`, async () => {
      const { id, master, spare } = await replaceAndKill(step, delay);
      assert.equal((await journal.resume(client, id).finished).outcome, 'completed');
      await writer!.more(20);
      await assertNothingLost(spare.port, await writer!.stop());
      const after = await settled(client, 6);
      assert.equal(shardOf(after).master.port, spare.port);
      await assertAlone(master.port);
      await assertForgotten(servers.ports, master.id);
      await checkCluster(servers, spare.port);
      assert.deepEqual(await journal.unfinished(), []);
    });

  for (const [step, delay] of [
    ['meet', 30],
    ['checkFailover', 0],
  ] as const)
    it(`${delay} ms into the step ${step} is rolled back: the spare is empty again`, async () => {
      const { id, master, spare } = await replaceAndKill(step, delay);
      assert.equal((await journal.rollBack(client, id).finished).outcome, 'cancelled');
      const after = await settled(client, 6);
      assert.equal(shardOf(after).master.id, master.id);
      assert.equal(nodeAt(after, spare.port).status, 'spare');
      await assertAlone(spare.port);
      await assertForgotten(
        servers.ports.filter(port => port !== spare.port),
        spare.id,
      );
      await checkCluster(servers, master.port);
      assert.deepEqual(await journal.unfinished(), []);
    });
});
