import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { electsForEmptyMasters } from '../../../src/core/plan/failover/electionMemory';
import { planFailover } from '../../../src/core/plan/planFailover';
import { PlanError } from '../../../src/core/plan/planError';
import {
  checkCluster,
  createWithRedisCli,
  eventually,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';
import { assertNothingLost, clientOf, firstShard, roleOf, startCluster } from '../../support/failover/shards';

describe('a failover without a majority', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startCluster(2000);
    client = clientOf(servers);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('is refused gracefully and by force with the reason, and works as a takeover', async () => {
    const { topology, master, replica } = await firstShard(client);
    await sendCommand(master.port, ['SET', '{b}1', '{b}1']);
    await eventually(async () => (await sendCommand(replica.port, ['DBSIZE'])) === 1, {
      what: 'the replica has the key',
    });
    const other = topology.nodes.find(({ role, id }) => role === 'master' && id !== master.id)!;
    await servers.servers.kill(master.port);
    await servers.servers.kill(other.port);

    const now = await client.observe();
    for (const mode of ['graceful', 'force'] as const)
      assert.throws(
        () => planFailover(now, { replica: replica.id, mode }),
        (error: unknown) => {
          assert(error instanceof PlanError);
          assert.match(error.message, /only 1 of 3 masters can vote, which is no majority/);
          assert.match(error.message, new RegExp(other.address));
          assert.match(error.message, /the mode "takeover"/);
          return true;
        },
      );

    const plan = planFailover(now, { replica: replica.id, mode: 'takeover' });
    assert.equal(plan.risk, 'losesData');
    assert.deepEqual(
      plan.warnings.map(({ code }) => code),
      ['splitBrain', 'unsentWrites'],
    );
    const { outcome, notes } = await client.run(plan).finished;
    assert.equal(outcome, 'completed');
    assert.match(notes.join(' '), new RegExp(`${master.address} does not answer; when it is back`));
    assert.equal(await roleOf(replica.port), 'master');

    await servers.servers.start(master.port);
    await servers.servers.start(other.port);
    await eventually(async () => (await client.observe()).clusterState === 'ok', {
      what: 'the cluster is whole again',
    });
    await eventually(async () => (await roleOf(master.port)) === 'replica', { what: 'the old master follows' });
    await assertNothingLost(replica.port, ['{b}1']);
    await eventually(async () => checkCluster(servers).then(() => true), { what: 'the reference tool is content' });
  });
});

describe('a failover of a master without slots', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startTestServers({ count: 8, settings: { 'repl-diskless-sync-delay': '0' } });
    await createWithRedisCli(servers, 1, servers.ports.slice(0, 6));
    client = clientOf(servers);
    const [first, empty, follower] = [servers.ports[0]!, servers.ports[6]!, servers.ports[7]!];
    for (const port of [empty, follower]) await sendCommand(first, ['CLUSTER', 'MEET', '127.0.0.1', port]);
    const emptyId = String(await sendCommand(empty, ['CLUSTER', 'MYID']));
    await eventually(async () => (await sendCommand(follower, ['CLUSTER', 'REPLICATE', emptyId])) === 'OK', {
      what: 'the follower knows the empty master',
    });
    await eventually(
      async () => {
        const { nodes, disagreements } = await client.observe();
        return (
          disagreements.length === 0 &&
          nodes.length === 8 &&
          nodes.every(({ status, role, info }) => status === 'ok' && (role === 'master' || info?.masterLink === 'up'))
        );
      },
      { what: 'all nodes know each other and their roles' },
    );
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('is refused with the reason where the server would give up silently, and works as a takeover', async () => {
    const follower = `127.0.0.1:${servers.ports[7]!}`;
    const topology = await client.observe();
    const { info } = topology.nodes.find(({ address }) => address === follower)!;
    assert(info);
    const isRefused = !electsForEmptyMasters(info);
    if (isRefused)
      for (const mode of ['graceful', 'force'] as const)
        assert.throws(
          () => planFailover(topology, { replica: follower, mode }),
          (error: Error) => {
            assert.match(error.message, mode === 'force' ? /is alive/ : /has no slots, and Redis never elects/);
            return true;
          },
        );
    const plan = planFailover(topology, { replica: follower, mode: isRefused ? 'takeover' : 'graceful' });
    assert.equal((await client.run(plan).finished).outcome, 'completed');
    assert.equal(await roleOf(servers.ports[7]!), 'master');
    await checkCluster(servers);
  });
});
