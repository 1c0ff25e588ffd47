import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { health } from '../../../src/core/health/health';
import type { Topology } from '../../../src/core/topology/types';
import { startFakeCluster, type FakeCluster } from '../../support/fakeCluster/fakeCluster';
import type { FakeNode } from '../../support/fakeCluster/model';
import { eventually } from '../../support/testCluster';

describe('watching a large cluster', () => {
  let cluster: FakeCluster;
  let connections: ClusterConnections;

  beforeEach(async () => {
    cluster = await startFakeCluster({ nodes: 150, spares: 4 });
    connections = new ClusterConnections({
      nodes: cluster.seeds,
      hosts: cluster.hosts,
      commandTimeoutMilliseconds: 20_000,
      connectTimeoutMilliseconds: 20_000,
    });
  });

  afterEach(async () => {
    connections.close();
    await cluster.close();
  });

  const glance = () => connections.observe({ backOff: true });
  const commandsOf = async (look: () => Promise<unknown>): Promise<number> => {
    const before = cluster.commands;
    await look();
    return cluster.commands - before;
  };

  it('sees all of it, then asks three for the cluster and a tenth for figures while nothing happens', async () => {
    const all = await glance();
    assert.deepEqual([all.nodes.length, all.shards.length, all.answered, health(all).status], [150, 73, 150, 'ok']);
    for (let look = 0; look < 3; look++) assert.ok((await commandsOf(glance)) <= 3 * 3 + 15);
    // Every figure is new after ten looks.
    cluster.script.advance(60_000);
    let last = all;
    for (let look = 0; look < 10; look++) last = await glance();
    const uptimes = new Set(last.nodes.map(({ info }) => info?.uptimeSeconds));
    assert.deepEqual([...uptimes], [3660]);
    assert.equal(last.stateId, all.stateId);
  });

  it('always asks all for who does not watch', async () => {
    await glance();
    assert.ok((await commandsOf(() => connections.observe())) >= 3 * 150);
  });

  it('sees a death, its failure, the failover and the return as a look at all does', async () => {
    await glance();
    const master = cluster.script.pick(node => !node.slots.isEmpty);
    const hungUp = new Promise(resolve => connections.onConnectionClosed(resolve));
    cluster.script.kill(master);
    await hungUp;
    assert.equal(statusOf(await glance(), master), 'unreachable');
    for (const [milliseconds, status] of [
      [2000, 'suspect'],
      [500, 'failed'],
      [700, 'failed'],
    ] as const) {
      cluster.script.advance(milliseconds);
      const [seen, whole] = [await glance(), await connections.observe()];
      assert.equal(statusOf(seen, master), status);
      assert.equal(seen.stateId, whole.stateId);
    }
    assert.equal((await glance()).clusterState, 'ok');
    cluster.script.restart(master);
    cluster.script.advance(5000);
    await eventually(async () => statusOf(await glance(), master) === 'ok', { what: 'the node is seen to be back' });
    assert.equal((await glance()).stateId, (await connections.observe()).stateId);
  });

  it('does not go back to what it knew before a look at all that ended meanwhile', async () => {
    const before = await glance();
    const master = cluster.script.pick(node => !node.slots.isEmpty);
    cluster.script.kill(master);
    cluster.script.advance(5000);
    // Those whom both ask are asked once: what they say is new to neither when the look at all ends first.
    const [whole, seen] = await Promise.all([connections.observe(), glance()]);
    assert.notEqual(whole.stateId, before.stateId);
    assert.deepEqual(
      [seen.stateId, connections.lastTopology?.stateId, (await glance()).stateId],
      [whole.stateId, whole.stateId, whole.stateId],
    );
  });

  it('follows slots on their way', async () => {
    await glance();
    const [from, to] = cluster.nodes;
    cluster.script.moveSlots(from!, to!, 5);
    // The first slot has arrived, the second is on its way: from then on both ends are asked every time.
    for (const slot of [1, 2, 3]) {
      cluster.script.advance(20);
      const seen = await glance();
      assert.deepEqual(openOf(seen, from!), [{ slot, direction: 'migrating', peerId: to!.id }]);
    }
    cluster.script.advance(10_000);
    const done = await glance();
    assert.deepEqual([openOf(done, from!), done.nodes.find(({ id }) => id === to!.id)?.slots.has(4)], [[], true]);
  });
});

function statusOf({ nodes }: Topology, { id }: FakeNode): string | undefined {
  return nodes.find(node => node.id === id)?.status;
}

function openOf({ nodes }: Topology, { id }: FakeNode): unknown {
  return nodes.find(node => node.id === id)?.openSlots;
}
