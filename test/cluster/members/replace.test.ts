import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import { planReshard } from '../../../src/core/plan/planReshard';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { assertNothingLost } from '../../support/failover/shards';
import { startWriter } from '../../support/failover/writer';
import {
  assertAlone,
  assertForgotten,
  clientOf,
  killAndAwait,
  linesOf,
  nodeAt,
  settled,
  shardOf,
  startMembers,
} from '../../support/members';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';

const forgetWaitMilliseconds = 300;

describe('replacing a node', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startMembers({ spares: 1 });
    client = clientOf(servers);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('that is a living master hands its slots over to the spare under a writer, loses no write, and leaves it empty', async () => {
    const topology = await settled(client, 6);
    const { master, replicas } = shardOf(topology);
    const spare = topology.nodes.find(({ inCluster }) => !inCluster)!;
    const writer = startWriter(servers.ports);
    try {
      await writer.more(100);
      const plan = planReplaceNode(topology, { node: master.id, forgetWaitMilliseconds });
      assert.equal(plan.risk, 'interruptsWrites');
      const { outcome, notes } = await client.run(plan).finished;
      assert.equal(outcome, 'completed');
      // Redis 7.0 to 8.6 may leave a sibling with the demoted master; then it is mended and told.
      for (const note of notes) assert.match(note, / still followed .* and was told to follow /);
      await writer.more(100);
    } finally {
      const ledger = await writer.stop();
      await assertNothingLost(spare.port, ledger);
    }
    const after = await settled(client, 6);
    assert.equal(shardOf(after).master.port, spare.port);
    assert.deepEqual(
      shardOf(after).replicas.map(({ port }) => port),
      replicas.map(({ port }) => port),
    );
    await assertAlone(master.port);
    const members = servers.ports.filter(port => port !== master.port);
    await assertForgotten(members, master.id);
    await checkCluster(servers, spare.port);
  });

  it('that is a dead replica puts the spare in its place, and lets it in no more when it is back', async () => {
    const topology = await settled(client, 6);
    const { master, replicas } = shardOf(topology);
    const [replica] = replicas;
    assert(replica);
    const failed = await killAndAwait(servers, client, replica.port);
    const spare = failed.nodes.find(({ inCluster }) => !inCluster)!;
    const { outcome, notes } = await client.run(planReplaceNode(failed, { node: replica.id, forgetWaitMilliseconds }))
      .finished;
    assert.equal(outcome, 'completed');
    assert.deepEqual(notes, []);
    const members = servers.ports.filter(port => port !== replica.port);
    await assertForgotten(members, replica.id);
    assert.equal(shardOf(await settled(client, 6)).replicas[0]?.port, spare.port);
    await checkCluster(servers, master.port);

    await servers.servers.start(replica.port);
    await hasItsData(replica.port);
    // Valkey 8.1 and newer list it again for a moment.
    await eventually(() => assertForgotten(members, replica.id).then(() => true), { what: 'nobody lists it' });
    const back = await client.observe();
    assert.throws(() => planReplaceNode(back, { node: replicas[0]!.id, spare: spare.id }), { code: 'notInCluster' });
    assert.throws(() => planAddNode(back, { node: replica.address, as: 'replica' }), { code: 'spareReturned' });
    const reset = planAddNode(back, { node: replica.address, as: 'spare' });
    await client.run(reset).finished;
    await assertAlone(replica.port);
    await assertForgotten(members, replica.id);
    await assert.rejects(client.run(reset).finished, { code: 'stalePlan' });
  });

  it('that is a dead master whose replica took over makes the spare that one’s replica; back, it is emptied on request', async () => {
    const topology = await settled(client, 6);
    const { master } = shardOf(topology);
    for (let key = 0; key < 20; key++) await sendCommand(master.port, ['SET', `{b}${key}`, 'x']);
    const dead = await killAndAwait(servers, client, master.port);
    const present = shardOf(dead).master;
    const other = dead.shards.find(({ slots }) => !slots.isEmpty && !slots.has(0))!.masterId!;
    // The first slots of the shard go to another one meanwhile.
    const measurements = await client.measureSlots();
    const moved = await client.run(planReshard(dead, { slots: '0-4', to: other, measurements })).finished;
    assert.equal(moved.outcome, 'completed');
    const failed = await client.observe();
    const old = nodeAt(failed, master.port);
    assert.equal(old.formerShardId, 'slot-0');
    assert.equal(failed.shards.find(({ slots }) => slots.has(0))?.masterId, other);
    const spare = failed.nodes.find(({ inCluster }) => !inCluster)!;
    const plan = planReplaceNode(failed, { node: old.id, spare: spare.address, forgetWaitMilliseconds });
    assert.equal(plan.after.nodes.find(({ id }) => id === spare.id)?.master, present.address);
    assert.equal((await client.run(plan).finished).outcome, 'completed');
    const members = servers.ports.filter(port => port !== master.port);
    await assertForgotten(members, old.id);
    const after = await settled(client, 6);
    assert.deepEqual(
      shardOf(after, 5).replicas.map(({ port }) => port),
      [spare.port],
    );
    await checkCluster(servers, present.port);

    await servers.servers.start(master.port);
    await eventually(async () => (await linesOf(master.port)).some(line => line.includes(' slave ')), {
      what: 'it lists replicas of its old cluster',
    });
    await hasItsData(master.port);
    const back = await client.observe();
    const plan2 = planAddNode(back, { node: master.address, as: 'spare' });
    assert.match(plan2.title, /^Empty /);
    assert.equal((await client.run(plan2).finished).outcome, 'completed');
    await assertAlone(master.port);
    await assertForgotten(members, old.id);
  });
});

/** A forgotten node that is back follows the master of its old slots, and answers nobody while it reads that one's data. */
async function hasItsData(port: number): Promise<void> {
  await eventually(async () => /master_link_status:up/.test(String(await sendCommand(port, ['INFO', 'replication']))), {
    what: 'it has the data of its master',
  });
}
