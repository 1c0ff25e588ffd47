import assert from 'node:assert/strict';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { planBalanceRoles } from '../../../src/core/plan/balance/planBalanceRoles';
import type { Plan } from '../../../src/core/plan/types';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { assertNothingLost, clientOf, settle, startCluster } from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';
import { checkCluster, sendCommand, type TestServers } from '../../support/testCluster';

describe('balancing the roles', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let writer: Writer | undefined;

  beforeEach(async () => {
    servers = await startCluster(1000);
  });
  afterEach(async () => {
    await writer?.stop();
    writer = undefined;
    await client.close();
    await servers.close();
  });

  it('after a failover by hand gives each host its master back, without losing a write, and then has nothing to do', async () => {
    // A-M + C-S, B-M + A-S, C-M + B-S.
    client = await clientWithHosts(servers, [
      ['h1', 'h2'],
      ['h2', 'h3'],
      ['h3', 'h1'],
    ]);
    const balanced = await client.observe();
    assert.throws(() => planBalanceRoles(balanced), { code: 'alreadyBalanced' });
    const [replica] = replicasOf(balanced, 0);
    await sendCommand(replica!.port, ['CLUSTER', 'FAILOVER']);
    await settle(servers, client);
    assert.deepEqual(mastersByHost(await client.observe()), { h2: 2, h3: 1 });

    writer = startWriter(servers.ports);
    await writer.more(100);
    const plan = await planNow(client);
    assert.deepEqual(
      plan.steps.map(({ kind }) => kind),
      ['checkFailover', 'failOver', 'awaitRoles'],
      'the old master was never elected, so nothing has to be waited for',
    );
    const { outcome, notes } = await client.run(plan).finished;
    assert.deepEqual([outcome, notes], ['completed', []]);
    await writer.more(100);
    const topology = await client.observe();
    assert.deepEqual(mastersByHost(topology), { h1: 1, h2: 1, h3: 1 });
    await assertAsPlanned(plan, topology, servers);
    await assertNothingLost(masterOf(topology, 0).port, await writer.stop());
  });

  it('lets two replicas change their masters where a shard had two nodes on one host, and fails over for an empty host', async () => {
    // Shard 1 is whole on h1; h3 holds two masters and h2 none.
    client = await clientWithHosts(servers, [
      ['h1', 'h1'],
      ['h3', 'h2'],
      ['h3', 'h2'],
    ]);
    writer = startWriter(servers.ports);
    await writer.more(100);
    const plan = await planNow(client);
    const kinds = plan.steps.map(({ kind }) => kind);
    assert.equal(kinds.filter(kind => kind === 'failOver').length, 1);
    assert.equal(kinds.filter(kind => kind === 'replicate').length, 2);
    const { outcome } = await client.run(plan).finished;
    assert.equal(outcome, 'completed');
    await writer.more(100);
    const topology = await client.observe();
    assert.deepEqual(mastersByHost(topology), { h1: 1, h2: 1, h3: 1 });
    await assertAsPlanned(plan, topology, servers);
    await assertNothingLost(masterOf(topology, 0).port, await writer.stop());
  });
});

/** A client that takes the nodes of each shard, its master first, to be on these hosts. */
async function clientWithHosts(servers: TestServers, hosts: readonly (readonly string[])[]): Promise<ClusterClient> {
  const looking = clientOf(servers);
  const topology = await looking.observe();
  await looking.close();
  const labels = hosts.flatMap((own, shard) =>
    [masterOf(topology, shard), ...replicasOf(topology, shard)].map(({ address }, index) => [address, own[index]!]),
  );
  return connect({ nodes: servers.nodes, hosts: Object.fromEntries(labels) as Record<string, string> });
}

async function planNow(client: ClusterClient): Promise<Plan> {
  return planBalanceRoles(await client.observe(), await client.measureFailover());
}

/** Roles and masters are those of the plan, the reference tool has nothing to say, and planning again gives nothing. */
async function assertAsPlanned({ after }: Plan, topology: Topology, servers: TestServers): Promise<void> {
  for (const { id, role, master, slots } of after.nodes) {
    const node = topology.nodes.find(other => other.id === id)!;
    assert.equal(node.role, role);
    assert.equal(node.slots.toString(), slots);
    assert.equal(topology.nodes.find(other => other.id === node.masterId)?.address, master);
  }
  await checkCluster(servers);
  assert.throws(() => planBalanceRoles(topology), { code: 'alreadyBalanced' });
}

function masterOf({ nodes, shards }: Topology, shard: number): ClusterNode {
  return nodes.find(({ id }) => id === shards[shard]!.masterId)!;
}

function replicasOf({ nodes, shards }: Topology, shard: number): ClusterNode[] {
  return shards[shard]!.replicaIds.map(id => nodes.find(node => node.id === id)!);
}

function mastersByHost({ nodes }: Topology): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { role, hostLabel } of nodes) if (role === 'master') counts[hostLabel] = (counts[hostLabel] ?? 0) + 1;
  return counts;
}
