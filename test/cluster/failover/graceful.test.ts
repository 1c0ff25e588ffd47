import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { StalePlanError } from '../../../src/core/operation/operationError';
import { remembersElections } from '../../../src/core/plan/failover/electionMemory';
import { planFailover } from '../../../src/core/plan/planFailover';
import type { ClusterNode } from '../../../src/core/topology/types';
import { assertPreviewed } from '../../support/assertPreviewed';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';
import {
  assertNothingLost,
  assertRoles,
  clientOf,
  firstShard,
  planForFirstShard,
  roleOf,
  settle,
  startCluster,
} from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';

const nodeTimeoutMilliseconds = 2000;

describe('a graceful failover', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let writer: Writer | undefined;

  beforeEach(async () => {
    servers = await startCluster(nodeTimeoutMilliseconds);
    client = clientOf(servers);
  });
  afterEach(async () => {
    await writer?.stop();
    writer = undefined;
    await client.close();
    await servers.close();
  });

  it('there, back, and there again loses no acknowledged write, and waits before the same replica is elected twice', async () => {
    const { master, replica } = await firstShard(client);
    assert(replica.info);
    const hasDefect = remembersElections(replica.info);
    writer = startWriter(servers.ports);
    await writer.more(100);

    const before = await client.observe();
    const there = await planForFirstShard(client);
    assert.equal(there.risk, 'interruptsWrites');
    assert.deepEqual(
      there.steps.map(({ kind }) => kind),
      ['checkFailover', 'failOver', 'awaitRoles'],
    );
    const began = Date.now();
    const result = await client.run(there).finished;
    assert.deepEqual(result.notes, []);
    assert.equal(result.outcome, 'completed');
    await assertRoles(servers, replica, master);
    assertPreviewed(before, there, await client.observe());
    await checkCluster(servers);
    await writer.more(100);

    // The original master was never elected: it may take its role back at once.
    const back = await planForFirstShard(client);
    assert.equal(back.steps.length, 3);
    await client.run(back).finished;
    await assertRoles(servers, master, replica);
    await writer.more(100);

    const again = await planForFirstShard(client);
    const wait = again.steps.find(({ kind }) => kind === 'awaitCooldown');
    assert.equal(wait !== undefined, hasDefect);
    if (hasDefect) assert.match(wait!.text, /^Wait \d s: .*\(4 x cluster-node-timeout\)/);
    writer.longestGapMilliseconds();
    await client.run(again).finished;
    if (hasDefect)
      assert(Date.now() - began > 4 * nodeTimeoutMilliseconds, 'the memory of the election was waited out');
    await assertRoles(servers, replica, master);
    await writer.more(100);
    assert(writer.longestGapMilliseconds() < 5000, 'writes did not stand still for the 5 s of a failover that fails');

    const ledger = await writer.stop();
    await assertNothingLost(replica.port, ledger);
    await checkCluster(servers);
  });

  it('waits out an election of the replica also when nobody measured it before planning', async () => {
    const { master, replica } = await firstShard(client);
    assert(replica.info);
    const hasDefect = remembersElections(replica.info);
    const began = Date.now();
    for (const { id } of [replica, master, replica]) {
      const plan = planFailover(await client.observe(), { replica: id });
      assert.equal(plan.steps.length, 3);
      await client.run(plan).finished;
    }
    if (hasDefect)
      assert(Date.now() - began > 4 * nodeTimeoutMilliseconds, 'the memory of the election was waited out');
    await assertRoles(servers, replica, master);
  });

  it('is measured from the servers themselves by a client that saw nothing of it', async () => {
    const { replica, master } = await firstShard(client);
    await failOverFromOutside(master, replica);
    await settle(servers, client);
    const stranger = clientOf(servers);
    try {
      const { topology } = await firstShard(stranger);
      const measured = await stranger.measureFailover();
      assert.equal(measured.nodeTimeoutMilliseconds, nodeTimeoutMilliseconds);
      // Never elected, so nothing to remember.
      assert.deepEqual(measured.recentPromotions, {});
      assert.equal(planFailover(topology, { replica: master.id, ...measured }).steps.length, 3);
      await failOverFromOutside(replica, master);
      await settle(servers, stranger);
      const { recentPromotions = {} } = await stranger.measureFailover();
      assert.deepEqual(
        Object.keys(recentPromotions),
        replica.info && remembersElections(replica.info) ? [replica.id] : [],
      );
    } finally {
      await stranger.close();
    }
  });

  it('is refused when the roles changed since it was planned', async () => {
    const { master, replica } = await firstShard(client);
    const plan = await planForFirstShard(client);
    await failOverFromOutside(master, replica);
    await settle(servers, client);
    await assert.rejects(client.run(plan).finished, (error: unknown) => {
      assert(error instanceof StalePlanError);
      assert.match(error.message, new RegExp(`${replica.address} is a master now`));
      return true;
    });
  });

  it('right after another one waits until everybody has heard of that', async () => {
    const { master, replica } = await firstShard(client);
    await failOverFromOutside(master, replica);
    // The plan asks for this one; the nodes that take no part hear of the change later.
    await eventually(async () => /master_link_status:up/.test(String(await sendCommand(master.port, ['INFO']))), {
      what: 'the replica that was the master is in step',
    });
    // As a planner would that does not mind what the others still believe: the step has to.
    const topology = await client.observe();
    const plan = planFailover({ ...topology, disagreements: [] }, { replica: master.id });
    await client.run(plan).finished;
    await assertRoles(servers, master, replica);
  });

  it('is written to the journal, from which another process learns of the election', async () => {
    const journal = await openJournal(join(servers.directory, 'journal'));
    const { replica } = await firstShard(client);
    await client.run(await planForFirstShard(client), { journal }).finished;
    const [operation] = await journal.history();
    assert.equal(operation?.state, 'completed');
    assert.equal(operation.plan?.kind, 'failover');
    await client.run(await planForFirstShard(client), { journal }).finished;
    const { recentPromotions = {} } = await client.measureFailover({ journal });
    const isExpected = replica.info !== undefined && remembersElections(replica.info);
    assert.equal(recentPromotions[replica.id] !== undefined, isExpected);
  });
});

/** As another tool would. The OK of the server says only that it means to: right after it the roles are still the old ones. */
async function failOverFromOutside(master: ClusterNode, replica: ClusterNode): Promise<void> {
  await sendCommand(replica.port, ['CLUSTER', 'FAILOVER']);
  await eventually(async () => (await roleOf(master.port)) === 'replica' && (await roleOf(replica.port)) === 'master', {
    what: 'the two have changed roles',
  });
}
