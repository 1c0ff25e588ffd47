import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { Topology } from '../../../src/core/topology/types';
import { startFakeCluster, type FakeCluster } from '../../support/fakeCluster/fakeCluster';
import type { FakeNode } from '../../support/fakeCluster/model';
import { eventually } from '../../support/testCluster';

/** The others are asked this many looks later at the latest: 24 a look. */
const LOOKS_TO_HEAR_ALL = 8;

describe('watching a large cluster in trouble', () => {
  let cluster: FakeCluster;
  let connections: ClusterConnections;

  const start = async (options: { nodes: number; outside?: number; timeoutMilliseconds?: number }) => {
    const { timeoutMilliseconds = 20_000, ...size } = options;
    cluster = await startFakeCluster(size);
    connections = new ClusterConnections({
      nodes: cluster.seeds,
      hosts: cluster.hosts,
      commandTimeoutMilliseconds: timeoutMilliseconds,
      connectTimeoutMilliseconds: timeoutMilliseconds,
    });
    return glance();
  };

  afterEach(async () => {
    connections.close();
    await cluster.close();
  });

  const glance = () => connections.observe({ backOff: true });
  /** The first look is as true as one at all nodes. */
  const assertSeenAtOnce = async (): Promise<Topology> => {
    const seen = await glance();
    assert.deepEqual(pictureOf(seen), pictureOf(await connections.observe()));
    return seen;
  };

  it('sees every failover at once when a third of the masters dies', async () => {
    await start({ nodes: 104 });
    const masters = cluster.nodes.filter(node => !node.slots.isEmpty).slice(0, 20);
    for (const master of masters) cluster.script.kill(master);
    for (const milliseconds of [2000, 500, 700]) {
      cluster.script.advance(milliseconds);
      await assertSeenAtOnce();
    }
  });

  it('sees many graceful failovers at once', async () => {
    await start({ nodes: 104 });
    for (const replica of cluster.nodes.filter(({ role }) => role === 'replica').slice(0, 40))
      cluster.script.failOver(replica);
    const { disagreements } = await assertSeenAtOnce();
    assert.deepEqual(disagreements, []);
  });

  for (const share of [0.1, 0.45])
    it(`sees both sides when ${share * 100} % of the nodes are cut off, and that they are back`, async () => {
      await start({ nodes: 104 });
      cluster.script.part(cluster.nodes.filter(({ index }) => (index * 37) % 104 < share * 104));
      const { clusterState } = await assertSeenAtOnce();
      assert.equal(clusterState, 'fail');
      for (let look = 0; look < 3; look++) await glance();
      await assertSeenAtOnce();
      cluster.script.heal();
      await assertSeenAtOnce();
    });

  it('says that nobody answers when nobody does', async () => {
    await start({ nodes: 104 });
    for (const node of cluster.nodes) node.isLoading = true;
    assert.equal((await glance()).answered, 0);
    for (const node of cluster.nodes) node.isLoading = false;
    assert.equal((await glance()).answered, 104);
  });

  it('sees a node that hangs when the cluster does, and that it is back', async () => {
    await start({ nodes: 104, timeoutMilliseconds: 1000 });
    const node = cluster.script.pick(({ slots }) => !slots.isEmpty);
    cluster.script.freeze(node);
    cluster.script.advance(2500);
    const seen = nodeOf(await assertSeenAtOnce(), node);
    assert.deepEqual([seen.status, seen.reachable], ['failed', false]);
    cluster.script.restart(node);
    cluster.script.advance(2500);
    // Who did not answer in time is not asked again at once.
    await eventually(async () => nodeOf(await glance(), node).reachable, { what: 'the node is seen to answer' });
    const back = nodeOf(await assertSeenAtOnce(), node);
    assert.deepEqual([back.status, back.role], ['ok', 'master']);
  });

  it('asks in turns as soon as there are more than a hundred nodes, and all again when there are fewer', async () => {
    const few = await start({ nodes: 103, outside: 4 });
    assert.equal(few.nodes.length, 99);
    const outside = cluster.nodes.filter(({ inCluster }) => !inCluster);
    for (const node of outside) cluster.script.join(node);
    await glance();
    cluster.script.advance(1000);
    await assertSeenAtOnce();
    const [last] = outside;
    cluster.script.kill(last!);
    cluster.script.advance(3000);
    await assertSeenAtOnce();
    for (const node of outside) cluster.script.leave(node);
    for (let look = 0; look < LOOKS_TO_HEAR_ALL; look++) await glance();
    const { nodes } = await assertSeenAtOnce();
    assert.equal(nodes.length, 99);
  });
});

/** All of it but the figures, which are as old as their turn. */
function pictureOf({ nodes, shards, disagreements, ghosts, forgotten, clusterState, stateId, answered }: Topology) {
  const facts = nodes.map(node => [
    `${node.address} ${node.role} ${node.masterId} ${node.slots.toString()} ${node.configEpoch}`,
    `${node.status} ${node.reachable} ${node.clusterState} ${node.knownNodes} ${node.formerShardId}`,
    `seen by ${node.seenBy.length}, suspected by ${node.suspectedBy.length}, failed by ${node.failedBy.length}`,
  ]);
  return { facts, shards, disagreements, ghosts, forgotten, clusterState, stateId, answered };
}

function nodeOf({ nodes }: Topology, { id }: FakeNode) {
  return nodes.find(node => node.id === id)!;
}
