import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { OperationError } from '../../../src/core/operation/operationError';
import type { Operation } from '../../../src/core/operation/types';
import { planFailover } from '../../../src/core/plan/planFailover';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';
import {
  assertRoles,
  clientOf,
  firstShard,
  planForFirstShard,
  roleOf,
  settle,
  startCluster,
  type FirstShard,
} from '../../support/failover/shards';

describe('a failover in trouble', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let shard: FirstShard;

  // Nobody is called failed while a test pauses it.
  beforeEach(async () => {
    servers = await startCluster(15_000);
    client = clientOf(servers);
    shard = await firstShard(client);
  });
  afterEach(async () => {
    for (const port of servers.ports) await servers.servers.resume(port).catch(() => undefined);
    await client.close();
    await servers.close();
  });

  async function assertUnchanged(): Promise<void> {
    await settle(servers, client);
    await assertRoles(servers, shard.master, shard.replica);
    await checkCluster(servers);
  }

  async function failureOf(operation: Operation): Promise<OperationError> {
    try {
      await operation.finished;
    } catch (error) {
      assert(error instanceof OperationError, String(error));
      return error;
    }
    throw new Error('The operation did not fail.');
  }

  /** At once, not after a look at the process. */
  function stopNow(port: number): void {
    process.kill(servers.servers.servers.find(server => server.port === port)!.pid!, 'SIGSTOP');
  }

  it('fails before anything is changed, and says why, when the master stands still since it was planned', async () => {
    const { master, replica } = shard;
    const plan = await planForFirstShard(client);
    await servers.servers.pause(master.port);
    const error = await failureOf(client.run(plan));
    assert.equal(error.code, 'masterUnreachable');
    assert.match(error.message, new RegExp(`${replica.address} cannot take over gracefully from ${master.address}`));
    assert.match(error.message, /would accept the command and give up silently after 5 s/);
    assert.match(error.message, /Nothing was changed/);
    assert.equal(await roleOf(replica.port), 'replica');
    await servers.servers.resume(master.port);
    await assertUnchanged();
  });

  it('says why the server gave up silently when the master stands still just before it is asked', async () => {
    const { master, replica } = shard;
    const operation = client.run(await planForFirstShard(client), {
      onProgress: ({ step }) => {
        if (step?.kind === 'failOver') stopNow(master.port);
      },
    });
    const error = await failureOf(operation);
    assert.equal(error.code, 'failoverTimedOut');
    assert.match(error.message, /accepted the failover and is no master after 6\.5 s/);
    assert.match(error.message, new RegExp(`The likely cause: ${master.address} does not answer`));
    assert.match(error.message, new RegExp(`${replica.address} is a replica of ${master.address}`));
    await servers.servers.resume(master.port);
    await assertUnchanged();
  });

  it('works by force while the master stands still, which follows when it is back', async () => {
    const { master, replica } = shard;
    await servers.servers.pause(master.port);
    const plan = planFailover(await client.observe(), { replica: replica.id, mode: 'force' });
    assert.equal(plan.risk, 'losesData');
    assert.match(plan.warnings.map(({ text }) => text).join(' '), /took and did not send to .* are lost/);
    const { outcome, notes } = await client.run(plan).finished;
    assert.equal(outcome, 'completed');
    assert.match(notes.join(' '), new RegExp(`${master.address} does not answer; when it is back`));
    assert.equal(await roleOf(replica.port), 'master');
    await servers.servers.resume(master.port);
    await settle(servers, client);
    await assertRoles(servers, replica, master);
    await checkCluster(servers);
  });

  it('is not planned by force, nor by takeover, while something milder works', async () => {
    const { topology, replica } = shard;
    assert.throws(() => planFailover(topology, { replica: replica.id, mode: 'force' }), { code: 'masterAlive' });
    assert.throws(() => planFailover(topology, { replica: replica.id, mode: 'takeover' }), {
      code: 'majorityPresent',
    });
  });

  it('is not planned for a replica that stands still', async () => {
    await servers.servers.pause(shard.replica.port);
    const topology = await client.observe();
    assert.throws(() => planFailover(topology, { replica: shard.replica.address }), {
      code: 'replicaUnreachable',
    });
  });

  it('fails before anything is changed when the replica stands still since it was planned', async () => {
    const plan = await planForFirstShard(client);
    await servers.servers.pause(shard.replica.port);
    const error = await failureOf(client.run(plan));
    assert.equal(error.code, 'replicaUnreachable');
    await servers.servers.resume(shard.replica.port);
    await assertUnchanged();
  });

  it('is not planned while the link to the master is down, and a planned one waits until it is up again', async () => {
    const { master, replica } = shard;
    const plan = await planForFirstShard(client);
    await breakLink();
    const broken = await client.observe();
    assert.throws(() => planFailover(broken, { replica: replica.id }), { code: 'linkDown' });

    let isMended = false;
    const operation = client.run(plan, {
      onProgress: ({ message }) => {
        if (isMended || !message.includes('its link')) return;
        isMended = true;
        void sendCommand(replica.port, ['CONFIG', 'SET', 'masterauth', '']);
      },
    });
    assert.equal((await operation.finished).outcome, 'completed');
    assert(isMended, 'it waited for the link');
    await assertRoles(servers, replica, master);
  });

  it('fails with the reason when the link stays down', async () => {
    const plan = await planForFirstShard(client);
    await breakLink();
    const error = await failureOf(client.run(plan));
    assert.equal(error.code, 'linkDown');
    await sendCommand(shard.replica.port, ['CONFIG', 'SET', 'masterauth', '']);
    await assertUnchanged();
  });

  /** A password where none is wanted: the replica cannot sign in at its master. */
  async function breakLink(): Promise<void> {
    const { master, replica } = shard;
    await sendCommand(replica.port, ['CONFIG', 'SET', 'masterauth', 'wrong']);
    await sendCommand(master.port, ['CLIENT', 'KILL', 'TYPE', 'replica']);
    const isDown = async () =>
      String(await sendCommand(replica.port, ['INFO', 'replication'])).includes('master_link_status:down');
    await eventually(isDown, { what: 'the link is down' });
  }

  it('is not planned, nor begun, while a slot of the shard is being moved', async () => {
    const { master, replica, topology } = shard;
    const plan = await planForFirstShard(client);
    const other = topology.nodes.find(({ role, id }) => role === 'master' && id !== master.id)!;
    await sendCommand(other.port, ['CLUSTER', 'SETSLOT', 7, 'IMPORTING', master.id]);
    await sendCommand(master.port, ['CLUSTER', 'SETSLOT', 7, 'MIGRATING', other.id]);
    const open = await client.observe();
    assert.throws(() => planFailover(open, { replica: replica.id }), { code: 'openSlots' });
    assert.equal((await failureOf(client.run(plan))).code, 'openSlots');
    for (const { port } of [master, other]) await sendCommand(port, ['CLUSTER', 'SETSLOT', 7, 'STABLE']);
    await assertUnchanged();
  });

  it('that is cancelled before the replica was asked changes nothing', async () => {
    const operation = client.run(await planForFirstShard(client), {
      onProgress: ({ step }) => {
        if (step?.kind === 'checkFailover') operation.cancel();
      },
    });
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    assert.deepEqual(notes, ['Nothing was changed.']);
    await assertUnchanged();
  });

  it('that is cancelled while the server tries ends when the server has given up, and tells who is master', async () => {
    const { master, replica } = shard;
    const operation = client.run(await planForFirstShard(client), {
      onProgress: ({ step }) => {
        if (step?.kind !== 'failOver') return;
        stopNow(master.port);
        setTimeout(() => operation.cancel(), 500);
      },
    });
    const { outcome, notes, durationMilliseconds } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    assert(durationMilliseconds > 5000, `the server still tried after ${durationMilliseconds} ms`);
    assert.match(notes.join(' '), new RegExp(`${replica.address} is a replica of ${master.address}`));
    await servers.servers.resume(master.port);
    await assertUnchanged();
  });

  it('that is cancelled afterwards is done, and tells who is master', async () => {
    const { master, replica } = shard;
    const operation = client.run(await planForFirstShard(client), {
      onProgress: ({ step }) => {
        if (step?.kind === 'awaitRoles') operation.cancel();
      },
    });
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    assert.match(notes.join(' '), new RegExp(`${replica.address} is a master with the slots 0-5460`));
    await settle(servers, client);
    await assertRoles(servers, replica, master);
  });
});
