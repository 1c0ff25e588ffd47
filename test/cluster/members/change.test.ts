import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planMoveReplica } from '../../../src/core/plan/planMoveReplica';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import { assertPreviewed } from '../../support/assertPreviewed';
import {
  assertAlone,
  assertForgotten,
  clientOf,
  linesOf,
  nodeAt,
  settled,
  shardOf,
  startMembers,
} from '../../support/members';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';

const forgetWaitMilliseconds = 300;

describe('a change of members', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let extra: [number, number];

  before(async () => {
    servers = await startMembers({
      spares: 2,
      // Else the cluster moves replicas by itself.
      settings: { 'cluster-allow-replica-migration': 'no' },
    });
    client = clientOf(servers);
    extra = servers.ports.slice(6) as [number, number];
    for (const port of servers.ports.slice(0, 3)) await sendCommand(port, ['FUNCTION', 'LOAD', libraryText('shared')]);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('adds a spare as the replica of the master that needs one most, with its settings put back', async () => {
    const topology = await settled(client, 6);
    const [port] = extra;
    const delay = async (of: number): Promise<string> =>
      String(((await sendCommand(of, ['CONFIG', 'GET', 'repl-diskless-sync-delay'])) as string[])[1]);
    for (const each of servers.ports) await sendCommand(each, ['CONFIG', 'SET', 'repl-diskless-sync-delay', '7']);
    const plan = planAddNode(topology, { node: `127.0.0.1:${port}`, as: 'replica' });
    const { outcome, notes } = await client.run(plan).finished;
    assert.deepEqual({ outcome, notes }, { outcome: 'completed', notes: [] });
    const after = await settled(client, 7);
    assertPreviewed(topology, plan, after);
    assert.equal(nodeAt(after, port).role, 'replica');
    assert.equal(
      after.nodes.find(({ id }) => id === nodeAt(after, port).masterId)?.address,
      shardOf(topology).master.address,
    );
    for (const each of servers.ports) assert.equal(await delay(each), '7');
    for (const each of servers.ports) await sendCommand(each, ['CONFIG', 'SET', 'repl-diskless-sync-delay', '0']);
    await checkCluster(servers);
    await assert.rejects(client.run(plan).finished, { code: 'stalePlan' });
    assert.throws(() => planAddNode(after, { node: nodeAt(after, port).id, as: 'replica' }), { code: 'spareInUse' });
  });

  it('lets a replica follow another master, and refuses to do so twice', async () => {
    const topology = await settled(client, 7);
    const { master } = shardOf(topology, 16383);
    const replica = nodeAt(topology, extra[0]);
    const { outcome, notes } = await client.run(planMoveReplica(topology, { replica: replica.id, master: master.id }))
      .finished;
    assert.deepEqual({ outcome, notes }, { outcome: 'completed', notes: [] });
    const after = await settled(client, 7);
    assert.equal(nodeAt(after, extra[0]).masterId, master.id);
    await checkCluster(servers);
    assert.throws(() => planMoveReplica(after, { replica: replica.id, master: master.id }), { code: 'alreadyFollows' });
  });

  it('removes a living replica, which then stands by, empty', async () => {
    const topology = await settled(client, 7);
    const replica = nodeAt(topology, extra[0]);
    const plan = planRemoveNode(topology, { node: replica.id, forgetWaitMilliseconds });
    assert.deepEqual(plan.warnings, []);
    const { outcome, notes, topology: end } = await client.run(plan).finished;
    assert.deepEqual({ outcome, notes }, { outcome: 'completed', notes: [] });
    await assertAlone(extra[0]);
    await assertForgotten(servers.ports, replica.id);
    assert.equal(nodeAt(end, extra[0]).status, 'spare');
    assert.deepEqual(await functionsOf(extra[0]), []);
    await checkCluster(servers);
  });

  it('adds a master without slots that has all functions of the cluster, and refuses one that brings its own', async () => {
    const topology = await settled(client, 6);
    const [port] = extra;
    await sendCommand(port, ['FUNCTION', 'LOAD', libraryText('own')]);
    const refused = planAddNode(topology, { node: `127.0.0.1:${port}`, as: 'master' });
    await assert.rejects(client.run(refused).finished, (error: Error & { code: string }) => {
      assert.equal(error.code, 'functionsConflict');
      assert.match(error.message, /function library "own" that the cluster does not have.*Nothing was changed/);
      return true;
    });
    assert.deepEqual(await functionsOf(port), ['own']);
    assert.equal((await linesOf(port)).length, 1);
    await sendCommand(port, ['FUNCTION', 'FLUSH']);

    const plan = planAddNode(await settled(client, 6), { node: `127.0.0.1:${port}`, as: 'master' });
    const { outcome, notes } = await client.run(plan).finished;
    assert.deepEqual({ outcome, notes }, { outcome: 'completed', notes: [] });
    const after = await settled(client, 7);
    assert.equal(nodeAt(after, port).role, 'master');
    assert.deepEqual(await functionsOf(port), ['shared']);
    await checkCluster(servers);
    assert.throws(() => planAddNode(after, { node: nodeAt(after, port).id, as: 'master' }), { code: 'alreadyMember' });
  });

  it('removes an empty master after its replica has followed another', async () => {
    const [empty, follower] = extra;
    let topology = await settled(client, 7);
    await client.run(
      planAddNode(topology, { node: `127.0.0.1:${follower}`, as: 'replica', master: `127.0.0.1:${empty}` }),
    ).finished;
    topology = await settled(client, 8);
    const plan = planRemoveNode(topology, { node: nodeAt(topology, empty).id, forgetWaitMilliseconds });
    const { outcome } = await client.run(plan).finished;
    assert.equal(outcome, 'completed');
    const after = await settled(client, 7);
    assert.equal(nodeAt(after, follower).masterId, shardOf(after).master.id);
    await assertAlone(empty);
    await checkCluster(servers);
    const follow = planRemoveNode(after, { node: nodeAt(after, follower).id, forgetWaitMilliseconds });
    assert.equal((await client.run(follow).finished).outcome, 'completed');
    await settled(client, 6);
  });

  it('refuses to remove a master with slots, and a spare that cannot sign in at the others', async () => {
    const topology = await settled(client, 6);
    assert.throws(() => planRemoveNode(topology, { node: shardOf(topology).master.id }), {
      code: 'hasSlots',
      message: /serves slots 0-5460.*Move its slots to other masters first, or fail over to/,
    });
    const [port] = extra;
    await sendCommand(port, ['CONFIG', 'SET', 'requirepass', 'other']);
    // The open connection is still signed in.
    await sendCommand(port, ['CLIENT', 'KILL', 'TYPE', 'normal'], 'other').catch(() => undefined);
    let locked = await client.observe();
    await eventually(
      async () => /password/.test(nodeAt((locked = await client.observe()), port).unreachableReason ?? ''),
      { what: 'the spare wants a password' },
    );
    assert.throws(() => planAddNode(locked, { node: `127.0.0.1:${port}`, as: 'replica' }), {
      code: 'spareUnreachable',
      message: /password/,
    });
    await sendCommand(port, ['CONFIG', 'SET', 'requirepass', ''], 'other');
    await sendCommand(port, ['CONFIG', 'SET', 'masterauth', 'wrong']);
    await eventually(async () => nodeAt(await client.observe(), port).reachable, { what: 'the spare answers again' });
    const plan = planAddNode(await client.observe(), { node: `127.0.0.1:${port}`, as: 'replica' });
    await assert.rejects(client.run(plan).finished, (error: Error & { code: string }) => {
      assert.equal(error.code, 'replicationLogin');
      assert.match(error.message, new RegExp(`127.0.0.1:${port} has a masterauth.*Nothing was changed`));
      return true;
    });
    await sendCommand(port, ['CONFIG', 'SET', 'masterauth', '']);
    await assertAlone(port);
  });
});

function libraryText(name: string): string {
  return `#!lua name=${name}\nredis.register_function('${name}', function() return 1 end)`;
}

async function functionsOf(port: number): Promise<string[]> {
  const libraries = (await sendCommand(port, ['FUNCTION', 'LIST'])) as string[][];
  return libraries.map(library => String(library[1]));
}
