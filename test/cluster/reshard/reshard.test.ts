import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { Operation } from '../../../src/core/operation/types';
import { planBalanceSlots } from '../../../src/core/plan/planBalanceSlots';
import { planFailover } from '../../../src/core/plan/planFailover';
import { planReshard } from '../../../src/core/plan/planReshard';
import type { MigrationEngine } from '../../../src/core/plan/types';
import type { ClusterNode } from '../../../src/core/topology/types';
import { clientOf, nodeAt, settled, shardOf, startMembers } from '../../support/members';
import { runAndHold } from '../../support/runAndHold';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { startLedger, type Ledger } from '../../support/slots/ledger';
import { openSlots } from '../../support/slots/openSlots';
import { checkCluster, sendCommand, type TestServers } from '../../support/testCluster';

const keys = 20_000;

describe('moving slots', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let ledger: Ledger | undefined;

  before(async () => {
    servers = await startMembers({ spares: 0, nodeTimeoutMilliseconds: 3000 });
    client = clientOf(servers);
    await fillCluster(servers.ports, keys);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });
  afterEach(async () => {
    await ledger?.stop();
    ledger = undefined;
  });

  async function assertWhole(): Promise<void> {
    await settled(client, 6);
    await checkCluster(servers);
    await assertFilled(servers.ports, keys);
    assert.deepEqual(await openSlots(servers.ports), []);
  }

  async function enginesHere(): Promise<MigrationEngine[]> {
    const { engines } = await client.measureSlots();
    return [...(Object.values(engines)[0] ?? [])];
  }

  it('moves exactly as many as asked for by every engine the servers have, under writers, and loses nothing', async () => {
    for (const engine of await enginesHere()) {
      ledger = startLedger(servers.ports);
      await ledger.more(500);
      const topology = await settled(client, 6);
      const [first, second] = [shardOf(topology, 0).master, shardOf(topology, 16_383).master];
      const plan = planReshard(topology, {
        slots: 700,
        from: [first.id],
        to: second.id,
        engine,
        measurements: await client.measureSlots(),
        latencyMilliseconds: 0,
      });
      const moves = plan.steps.flatMap(step => (step.kind === 'moveSlots' ? step.moves : []));
      assert.deepEqual([...new Set(moves.map(move => move.engine))], [engine]);
      const { outcome } = await client.run(plan).finished;
      assert.equal(outcome, 'completed');
      await ledger.more(500);
      await ledger.stop();
      await ledger.assertKept();
      const after = await settled(client, 6);
      assert.equal(nodeAt(after, first.port).slots.count, first.slots.count - 700, engine);
      assert.equal(nodeAt(after, second.port).slots.count, second.slots.count + 700, engine);
      await assertWhole();
    }
  });

  it('balances them again by slots, in few pairs', async () => {
    const topology = await settled(client, 6);
    const plan = planBalanceSlots(topology, { by: 'slots', threshold: 0, measurements: await client.measureSlots() });
    assert.equal((await client.run(plan).finished).outcome, 'completed');
    const after = await settled(client, 6);
    const counts = after.shards.map(({ slots }) => slots.count).sort((a, b) => a - b);
    assert.deepEqual(counts, [5461, 5461, 5462]);
    await assertWhole();
  });

  /** A classic move that is paused when some slots have moved. */
  async function startAndHold(): Promise<{ operation: Operation; from: ClusterNode }> {
    const topology = await settled(client, 6);
    const masters = topology.nodes.filter(({ role }) => role === 'master');
    const [from, , to] = masters.sort((a, b) => b.slots.count - a.slots.count) as [
      ClusterNode,
      ClusterNode,
      ClusterNode,
    ];
    const plan = planReshard(topology, {
      slots: 600,
      from: [from.id],
      to: to.id,
      engine: 'classic',
      latencyMilliseconds: 1,
      measurements: await client.measureSlots(),
    });
    return { operation: await runAndHold(client, plan, { kind: 'moveSlots', message: /^[1-9]\d* of / }), from };
  }

  it('pauses with no slot open, refuses a failover meanwhile, and goes on', async () => {
    const { operation, from } = await startAndHold();
    assert.equal(operation.state, 'paused');
    assert.deepEqual(await openSlots(servers.ports), []);
    await assertFilled(servers.ports, keys);
    const topology = await client.observe();
    const replica = topology.nodes.find(({ masterId }) => masterId === from.id)!;
    const rival = client.run(planFailover(topology, { replica: replica.id }));
    await assert.rejects(rival.finished, { name: 'LockedError', message: /Another operation works on these nodes/ });
    operation.resume();
    assert.equal((await operation.finished).outcome, 'completed');
    await assertWhole();
  });

  it('is cancelled with no slot open, says how many have moved, and those stay', async () => {
    ledger = startLedger(servers.ports);
    await ledger.more(200);
    const { operation } = await startAndHold();
    operation.resume();
    operation.cancel();
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    assert.match(notes.join(' '), /^.*\d+ of 600 slots have moved and stay there, and no slot is open\./);
    await ledger.stop();
    await ledger.assertKept();
    await assertWhole();
  });

  it('drains a master, which stays one, and gives its slots to the others evenly', async () => {
    const topology = await settled(client, 6);
    const { master, replicas } = shardOf(topology, 16_383);
    const others = topology.nodes.filter(({ role, id }) => role === 'master' && id !== master.id);
    const plan = planReshard(topology, {
      slots: master.slots.toString(),
      to: others.map(({ id }) => id),
      keepEmptied: true,
      latencyMilliseconds: 0,
      measurements: await client.measureSlots(),
    });
    assert.equal((await client.run(plan).finished).outcome, 'completed');
    const after = await settled(client, 6);
    const drained = nodeAt(after, master.port);
    assert.equal(drained.role, 'master');
    assert(drained.slots.isEmpty);
    assert.deepEqual(
      replicas.map(({ port }) => nodeAt(after, port).masterId),
      replicas.map(() => master.id),
    );
    for (const port of servers.ports)
      assert.deepEqual(await sendCommand(port, ['CONFIG', 'GET', 'cluster-allow-replica-migration']), [
        'cluster-allow-replica-migration',
        'yes',
      ]);
    await assertWhole();
  });

  it('gives an empty master its share on request', async () => {
    const topology = await settled(client, 6);
    const plan = planBalanceSlots(topology, {
      includeEmpty: true,
      latencyMilliseconds: 0,
      measurements: await client.measureSlots(),
    });
    assert.equal((await client.run(plan).finished).outcome, 'completed');
    const after = await settled(client, 6);
    assert.equal(after.shards.filter(({ slots }) => slots.count > 5400).length, 3);
    await assertWhole();
  });

  it('refuses to plan and to begin while a slot is open elsewhere, and says which', async () => {
    const topology = await settled(client, 6);
    const [first, second, third] = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
    const open = third!.slots.first!;
    const plan = planReshard(topology, { slots: 5, from: [first!.id], to: second!.id });
    await sendCommand(third!.port, ['CLUSTER', 'SETSLOT', open, 'MIGRATING', second!.id]);
    try {
      await assert.rejects(client.run(plan).finished, { code: 'openSlots', message: new RegExp(`\\(${open}\\)`) });
      const now = await client.observe();
      assert.throws(() => planReshard(now, { slots: 5, from: [first!.id], to: second!.id }), {
        code: 'openSlots',
        message: new RegExp(`\\(${open}\\).*"Fix" shows both`),
      });
    } finally {
      await sendCommand(third!.port, ['CLUSTER', 'SETSLOT', open, 'STABLE']);
    }
    await assertWhole();
  });
});
