import assert from 'node:assert/strict';
import type { ConnectOptions } from '../../src/core/connection/types';
import { connect, type ClusterClient } from '../../src/core/operation/clusterClient';
import type { ClusterNode, Topology } from '../../src/core/topology/types';
import { createWithRedisCli, eventually, sendCommand, startTestServers, type TestServers } from './testCluster';

export interface MembersOptions {
  /** Nodes of the cluster; default 6, three masters with a replica each. */
  count?: number;
  replicas?: number;
  /** Empty servers beside it. */
  spares: number;
  /** Default 1000. */
  nodeTimeoutMilliseconds?: number;
  settings?: Record<string, string>;
  password?: string;
}

/** A cluster, and servers that stand by. */
export async function startMembers(options: MembersOptions): Promise<TestServers> {
  const { count = 6, replicas = 1, spares, nodeTimeoutMilliseconds = 1000, settings = {}, password } = options;
  const servers = await startTestServers({
    count: count + spares,
    nodeTimeoutMilliseconds,
    settings: { 'repl-diskless-sync-delay': '0', ...settings },
    ...(password !== undefined && { password }),
  });
  try {
    await createWithRedisCli(servers, replicas, servers.ports.slice(0, count));
    return servers;
  } catch (error) {
    await servers.close();
    throw error;
  }
}

/** Closes the client at the end, however the work ends. */
export async function withClient<T>(options: ConnectOptions, work: (client: ClusterClient) => Promise<T>): Promise<T> {
  const client = connect(options);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** A client that knows the spares too. */
export function clientOf(servers: TestServers): ClusterClient {
  const { password } = servers;
  return connect({
    nodes: servers.nodes,
    commandTimeoutMilliseconds: 3000,
    connectTimeoutMilliseconds: 3000,
    ...(password !== undefined && { password }),
  });
}

export function nodeAt({ nodes }: Topology, port: number): ClusterNode {
  const node = nodes.find(each => each.port === port);
  assert(node, `no node on port ${port}`);
  return node;
}

/** A shard by one of its slots. */
export function shardOf(topology: Topology, slot = 0): { master: ClusterNode; replicas: ClusterNode[] } {
  const shard = topology.shards.find(({ slots }) => slots.has(slot));
  const master = topology.nodes.find(({ id }) => id === shard?.masterId);
  assert(shard && master, `some master owns slot ${slot}`);
  return { master, replicas: topology.nodes.filter(({ id }) => shard.replicaIds.includes(id)) };
}

/** The lines of CLUSTER NODES as one server has them. */
export async function linesOf(port: number, password?: string): Promise<string[]> {
  return String(await sendCommand(port, ['CLUSTER', 'NODES'], password))
    .trim()
    .split('\n');
}

export async function assertForgotten(ports: readonly number[], id: string): Promise<void> {
  for (const port of ports)
    for (const line of await linesOf(port)) assert(!line.startsWith(id), `${port} still lists it: ${line}`);
}

/** It knows only itself, owns and follows nobody, and holds nothing. */
export async function assertAlone(port: number): Promise<void> {
  const lines = await linesOf(port);
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0]!, /myself,master - 0 \d+ 0 connected$/);
  assert.equal(await sendCommand(port, ['DBSIZE']), 0);
}

/** All these ports see so many nodes, none in doubt, and every replica is linked. */
export async function settled(client: ClusterClient, members: number): Promise<Topology> {
  let topology: Topology | undefined;
  await eventually(
    async () => {
      topology = await client.observe();
      const inside = topology.nodes.filter(({ inCluster }) => inCluster);
      const unwell = inside.filter(
        ({ status, role, info, reachable }) =>
          !reachable || (status !== 'ok' && status !== 'spare') || (role === 'replica' && info?.masterLink !== 'up'),
      );
      assert.deepEqual(
        unwell.map(({ address, status, info }) => `${address} ${status} ${info?.masterLink}`),
        [],
      );
      assert.deepEqual([topology.clusterState, topology.disagreements, inside.length], ['ok', [], members]);
      return true;
    },
    { what: `${members} members agree` },
  );
  return topology!;
}

/** Kills a server and waits until the cluster agrees that it failed; a master's slots have a new owner then. */
export async function killAndAwait(servers: TestServers, client: ClusterClient, port: number): Promise<Topology> {
  await servers.servers.kill(port);
  let topology: Topology | undefined;
  await eventually(
    async () => {
      topology = await client.observe();
      return (
        nodeAt(topology, port).status === 'failed' &&
        topology.clusterState === 'ok' &&
        topology.coveredSlots.count === 16384 &&
        nodeAt(topology, port).slots.isEmpty
      );
    },
    { what: `the cluster agrees that ${port} failed and serves all slots` },
  );
  return topology!;
}
