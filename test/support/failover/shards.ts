import assert from 'node:assert/strict';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { planFailover, type FailoverRequest } from '../../../src/core/plan/planFailover';
import type { Plan } from '../../../src/core/plan/types';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { createWithRedisCli, eventually, sendCommand, startTestServers, type TestServers } from '../testCluster';

/** Servers in a cluster of three masters with a replica each, or as many as `count` and `replicas` make. */
export async function startCluster(nodeTimeoutMilliseconds: number, count = 6, replicas = 1): Promise<TestServers> {
  const settings = { 'repl-diskless-sync-delay': '0' };
  const servers = await startTestServers({ count, nodeTimeoutMilliseconds, settings });
  try {
    await createWithRedisCli(servers, replicas);
    return servers;
  } catch (error) {
    await servers.close();
    throw error;
  }
}

export function clientOf(servers: TestServers): ClusterClient {
  return connect({ nodes: servers.nodes });
}

/** The shard with slot 0, as all nodes together say. */
export interface FirstShard {
  topology: Topology;
  master: ClusterNode;
  replica: ClusterNode;
}

export async function firstShard(client: ClusterClient): Promise<FirstShard> {
  const topology = await client.observe();
  const shard = topology.shards.find(({ slots }) => slots.has(0));
  assert(shard, 'some master owns slot 0');
  const [master, replica] = [shard.masterId, shard.replicaIds[0]].map(id =>
    topology.nodes.find(node => node.id === id),
  );
  assert(master && replica, 'the shard has a master and a replica');
  return { topology, master, replica };
}

/** Plans that the replica of the first shard takes over, measured as a caller should. */
export async function planForFirstShard(client: ClusterClient, request: Partial<FailoverRequest> = {}): Promise<Plan> {
  const { topology, replica } = await firstShard(client);
  return planFailover(topology, { replica: replica.id, ...(await client.measureFailover()), ...request });
}

/** `master` or `replica`, by the node's own word. */
export async function roleOf(port: number): Promise<string> {
  const [role] = (await sendCommand(port, ['ROLE'])) as string[];
  return role === 'slave' ? 'replica' : String(role);
}

/** Every server shows who is master and who follows it, and does not change its mind. */
export async function assertRoles(servers: TestServers, master: ClusterNode, replica: ClusterNode): Promise<void> {
  for (const port of servers.ports) {
    const lines = String(await sendCommand(port, ['CLUSTER', 'NODES'])).split('\n');
    const lineOf = (id: string): string => lines.find(line => line.startsWith(id)) ?? '';
    assert.match(lineOf(master.id), /[ ,]master - .* 0-5460$/, `as ${port} sees it`);
    assert.match(lineOf(replica.id), new RegExp(`[ ,]slave ${master.id} `), `as ${port} sees it`);
  }
  assert.equal(await roleOf(master.port), 'master');
  assert.equal(await roleOf(replica.port), 'replica');
}

/** Every acknowledged write can be read from the master. */
export async function assertNothingLost(port: number, ledger: readonly string[]): Promise<void> {
  assert(ledger.length > 0, 'something was written');
  for (let start = 0; start < ledger.length; start += 1000) {
    const keys = ledger.slice(start, start + 1000);
    const values = (await sendCommand(port, ['MGET', ...keys])) as (string | null)[];
    const lost = keys.filter((key, index) => values[index] !== key);
    assert.deepEqual(lost, [], `${lost.length} acknowledged writes are lost`);
  }
}

/** All nodes answer, agree and have their links: the ground for the next test. */
export async function settle(servers: TestServers, client: ClusterClient): Promise<void> {
  for (const port of servers.ports) await servers.servers.resume(port).catch(() => undefined);
  await eventually(
    async () => {
      const { nodes, disagreements, clusterState, answered } = await client.observe();
      return (
        answered === servers.ports.length &&
        clusterState === 'ok' &&
        disagreements.length === 0 &&
        nodes.every(({ status, role, info }) => status === 'ok' && (role === 'master' || info?.masterLink === 'up'))
      );
    },
    { what: 'all nodes agree and all links are up' },
  );
}
