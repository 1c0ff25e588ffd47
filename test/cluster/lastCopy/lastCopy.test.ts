import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { Operation } from '../../../src/core/operation/types';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planMoveReplica } from '../../../src/core/plan/planMoveReplica';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import type { Plan, PlanStep } from '../../../src/core/plan/types';
import type { ClusterNode } from '../../../src/core/topology/types';
import { clientOf, linesOf, nodeAt, shardOf, startMembers } from '../../support/members';
import { createWithRedisCli, eventually, killAtOnce, sendCommand, type TestServers } from '../../support/testCluster';

/** So long that no election comes between. */
const nodeTimeoutMilliseconds = 10_000;

describe('the last copy of data is kept when its master dies', () => {
  let servers: TestServers;
  let client: ClusterClient;

  afterEach(async () => {
    await client.close();
    await servers.close();
  });

  async function start(count: number, replicas: number, spares: number): Promise<void> {
    // So that a joiner has a setting to be lowered and put back.
    const settings = { 'repl-diskless-sync-delay': '1' };
    servers = await startMembers({ count, replicas, spares, nodeTimeoutMilliseconds, settings });
    client = clientOf(servers);
  }

  /** Runs a plan and does something once, when a step of this kind begins. Gives the operation's error. */
  async function runAndDo(
    plan: Plan,
    kind: PlanStep['kind'],
    act: (operation: Operation) => Promise<void>,
  ): Promise<Error> {
    let isActing = false;
    let acted: Promise<void> | undefined;
    const operation: Operation = client.run(plan, {
      onProgress: ({ step }) => {
        if (step?.kind !== kind || isActing) return;
        // First, for what is done may tell progress itself.
        isActing = true;
        acted = act(operation);
      },
    });
    const error = await operation.finished.then(
      () => assert.fail('It completed.'),
      (error: unknown) => error as Error,
    );
    await acted;
    return error;
  }

  async function pause(operation: Operation): Promise<void> {
    operation.pause();
    await eventually(() => operation.state === 'paused', { what: 'it is paused' });
  }

  async function fill(master: ClusterNode): Promise<void> {
    for (let number = 0; number < 20; number++)
      assert.equal(await sendCommand(master.port, ['SET', `{b}${number}`, 'value']), 'OK');
  }

  async function copied({ port }: ClusterNode): Promise<void> {
    await eventually(async () => (await sendCommand(port, ['DBSIZE'])) === 20, { what: 'the replica has the keys' });
  }

  it('by the undo of a replica that was just added', async () => {
    await start(3, 0, 1);
    const topology = await client.observe();
    const { master } = shardOf(topology);
    const joiner = servers.ports[3]!;
    await fill(master);
    const plan = planAddNode(topology, { node: nodeAt(topology, joiner).id, as: 'replica', master: master.id });
    const error = await runAndDo(plan, 'restoreSettings', () => killAtOnce(servers, master.port));
    assert.match(error.message, new RegExp(`127.0.0.1:${joiner} holds 20 keys, .* this copy may be the last`));
    assert.equal(await sendCommand(joiner, ['DBSIZE']), 20);
  });

  it('by the removal of its replica', async () => {
    await start(6, 1, 0);
    const topology = await client.observe();
    const { master, replicas } = shardOf(topology);
    const [replica] = replicas as [ClusterNode];
    await fill(master);
    await copied(replica);
    const plan = planRemoveNode(topology, { node: replica.id, forgetWaitMilliseconds: 0 });
    const error = await runAndDo(plan, 'resetNode', () => killAtOnce(servers, master.port));
    assert.match(error.message, /this copy may be the last|does not answer|ECONNREFUSED/);
    assert.equal(await sendCommand(replica.port, ['DBSIZE']), 20);
    assert.equal((await linesOf(replica.port)).length, 6);
  });

  it('by the removal of its replica, also when its master is back, empty but for a new key, and the link is down', async () => {
    await start(6, 1, 0);
    const { master, replicas } = shardOf(await client.observe());
    const [replica] = replicas as [ClusterNode];
    await fill(master);
    await copied(replica);
    await sendCommand(replica.port, ['CONFIG', 'SET', 'masterauth', 'wrong']);
    await killAtOnce(servers, master.port);
    await servers.servers.start(master.port);
    await eventually(async () => (await sendCommand(master.port, ['SET', '{b}new', 'value'])) === 'OK', {
      what: 'the empty master takes writes',
    });
    const topology = await client.observe();
    assert.equal(nodeAt(topology, replica.port).info?.masterLink, 'down');
    const plan = planRemoveNode(topology, { node: replica.id, forgetWaitMilliseconds: 0 });
    await assert.rejects(client.run(plan).finished, { code: 'lastCopy' });
    assert.equal(await sendCommand(replica.port, ['DBSIZE']), 20);
    assert.equal((await linesOf(replica.port)).length, 6);
  });

  it('by the move of its replica to another master, also after a pause', async () => {
    await start(6, 1, 0);
    const topology = await client.observe();
    const { master, replicas } = shardOf(topology);
    const [replica] = replicas as [ClusterNode];
    await fill(master);
    await copied(replica);
    const plan = planMoveReplica(topology, { replica: replica.id, master: shardOf(topology, 16000).master.id });
    await runAndDo(plan, 'checkMembers', async operation => {
      await pause(operation);
      await killAtOnce(servers, master.port);
      operation.resume();
    });
    assert.equal(await sendCommand(replica.port, ['DBSIZE']), 20);
  });

  it('by a node that was put to other use while the operation was paused', async () => {
    await start(3, 0, 3);
    await client.close();
    client = clientOf({ ...servers, nodes: servers.nodes.slice(0, 4) });
    const topology = await client.observe();
    const { master } = shardOf(topology);
    await fill(master);
    const plan = planAddNode(topology, { node: nodeAt(topology, servers.ports[3]!).id, as: 'master' });
    await runAndDo(plan, 'checkMembers', async operation => {
      await pause(operation);
      await createWithRedisCli(servers, 0, servers.ports.slice(3));
      operation.resume();
    });
    assert.equal(await sendCommand(master.port, ['DBSIZE']), 20);
    for (const port of servers.ports) assert.equal((await linesOf(port)).length, 3, 'two clusters, apart');
  });
});
