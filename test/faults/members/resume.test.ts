import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { startChild, type Child } from '../../support/childProcess';
import { assertNothingLost } from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';
import { assertAlone, assertForgotten, clientOf, nodeAt, settled, shardOf, startMembers } from '../../support/members';
import { checkCluster, type TestServers } from '../../support/testCluster';

const runner = join(__dirname, 'replaceRunner.ts');

describe('replacing a living master by a process that was killed', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
  let child: Child | undefined;
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
  afterEach(async () => {
    await child?.kill();
    await writer?.stop();
  });

  async function replaceAndKill(line: string, afterMilliseconds: number) {
    const topology = await settled(client, 6);
    const { master } = shardOf(topology);
    const spare = topology.nodes.find(({ inCluster }) => !inCluster)!;
    child = startChild(runner, [master.id, servers.nodes.join(), journal.directory]);
    await child.line(line);
    await wait(afterMilliseconds);
    await child.kill();
    const [operation] = await journal.unfinished();
    assert.equal(operation?.state, 'interrupted');
    return { id: operation.id, master, spare };
  }

  const moments: [string, number][] = [
    ['step meet', 60],
    ['step awaitSync', 0],
    ['step failOver', 0],
    ['step failOver', 12],
    ['step awaitRoles', 0],
    ['step resetNode', 100],
    ['step forget', 0],
    ['step awaitForgotten', 0],
  ];
  for (const [line, delay] of moments)
    it(`${delay} ms after "${line}" is resumed by another one to its end, and no acknowledged write is lost`, async () => {
      const { id, master, spare } = await replaceAndKill(line, delay);
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

  for (const [line, delay] of [
    ['step meet', 30],
    ['step checkFailover', 0],
  ] as const)
    it(`${delay} ms after "${line}" is rolled back: the spare is empty again`, async () => {
      const { id, master, spare } = await replaceAndKill(line, delay);
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
