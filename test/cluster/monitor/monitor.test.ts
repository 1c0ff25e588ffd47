import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { Monitor, type MonitorChange } from '../../../src/core/monitor/monitor';
import { createWithRedisCli, eventually, startTestServers, type TestServers } from '../../support/testCluster';

describe('A monitor over a real cluster', () => {
  let test: TestServers;
  let connections: ClusterConnections;
  let monitor: Monitor;
  let changes: MonitorChange[];
  const errors: unknown[] = [];

  before(async () => {
    test = await startTestServers({ count: 6, password: 'secret', persistence: true, hosts: [...'abcdef'] });
    await createWithRedisCli(test, 1);
    connections = new ClusterConnections({
      nodes: test.nodes.slice(0, 1),
      password: 'secret',
      hosts: test.servers.hosts,
    });
    monitor = new Monitor(connections);
    changes = [];
    monitor.onChange(change => changes.push(change));
    monitor.onError(error => errors.push(error));
    monitor.start();
    await eventually(() => monitor.topology?.nodes.every(({ status }) => status === 'ok'), {
      what: 'all nodes are ok',
    });
  });
  after(async () => {
    monitor.dispose();
    connections.close();
    await test.close();
  });

  it('sees six healthy nodes from one address', () => {
    assert.equal(monitor.topology?.nodes.length, 6);
    assert.deepEqual(monitor.health, { status: 'ok', problems: [] });
    assert.equal(monitor.lastError, undefined);
  });

  it('looks as soon as a killed server’s connection closes, long before the next look is due', async () => {
    const slow = new ClusterConnections({ nodes: test.nodes, password: 'secret' });
    const rare = new Monitor(slow, { intervalMilliseconds: 3_600_000 });
    try {
      rare.start();
      await eventually(() => rare.topology?.answered === 6, { what: 'the first look' });
      const port = replicaPort();
      await test.servers.kill(port);
      await eventually(() => statusIn(rare, port) !== 'ok', {
        what: 'the killed replica is shown',
      });
      await test.servers.start(port);
      await rare.lookNow();
      await eventually(async () => statusOf(await rare.lookNow(), port) === 'ok', { what: 'it is ok again' });
    } finally {
      rare.dispose();
      slow.close();
    }
  });

  it('follows a killed master to its failure, the promotion of its replica and its return', async () => {
    await eventually(() => monitor.health?.status === 'ok', {
      what: 'the cluster is well',
    });
    const master = monitor.topology?.nodes.find(({ role, slots }) => role === 'master' && slots.count > 0);
    const replica = monitor.topology?.nodes.find(({ masterId }) => masterId === master?.id);
    assert(master && replica);
    changes.length = 0;
    await test.servers.kill(master.port);
    await eventually(() => nodeAt(replica.port)?.role === 'master' && statusIn(monitor, master.port) === 'failed', {
      what: 'the replica is promoted and the master failed',
    });
    assert.notEqual(monitor.health?.status, 'ok');
    const problem = monitor.health?.problems.find(({ nodeIds }) => nodeIds.includes(master.id));
    assert(problem, 'the failed master is a problem');
    assert(changes.some(({ events }) => events.length > 0));
    assert(monitor.history.length > 0);

    await test.servers.start(master.port);
    await eventually(() => nodeAt(master.port)?.role === 'replica' && statusIn(monitor, master.port) === 'ok', {
      what: 'the old master is a replica',
    });
    assert(changes.every(({ afterPause }) => !afterPause));
    assert.deepEqual(errors, []);
  });

  it('shows a paused server, although its connection stays open', async () => {
    const port = replicaPort();
    await test.servers.pause(port);
    await eventually(() => statusIn(monitor, port) !== 'ok', {
      what: 'the paused replica is shown',
    });
    await test.servers.resume(port);
    await eventually(() => statusIn(monitor, port) === 'ok', { what: 'it is ok again' });
  });

  it('shows what was changed a moment ago to whoever asks now', async () => {
    const port = replicaPort();
    for (let round = 0; round < 3; round++) {
      await test.servers.kill(port);
      assert.notEqual(statusOf(await monitor.lookNow(), port), 'ok');
      await test.servers.start(port);
      const back = (await monitor.lookNow()).nodes.find(node => node.port === port);
      assert.equal(back?.reachable, true, back?.unreachableReason);
    }
  });

  type Seen = NonNullable<Monitor['topology']>;

  function statusOf({ nodes }: Seen, port: number): string | undefined {
    return nodes.find(node => node.port === port)?.status;
  }

  function statusIn(of: Monitor, port: number): string | undefined {
    return of.topology && statusOf(of.topology, port);
  }

  function nodeAt(port: number): Seen['nodes'][number] | undefined {
    return monitor.topology?.nodes.find(node => node.port === port);
  }

  function replicaPort(): number {
    const replica = monitor.topology?.nodes.find(({ role }) => role === 'replica');
    assert(replica);
    return replica.port;
  }
});
