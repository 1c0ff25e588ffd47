import assert from 'node:assert/strict';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import type { ConnectOptions } from '../../../src/core/connection/types';
import { planCreate, type CreateRequest } from '../../../src/core/plan/planCreate';
import type { Plan } from '../../../src/core/plan/types';
import { eventually, sendCommand, type TestServers } from '../../support/testCluster';

/** A client of the first so many servers. */
export function clientOf(
  servers: TestServers,
  count = servers.nodes.length,
  options: Partial<ConnectOptions> = {},
): ClusterClient {
  const { password } = servers;
  return connect({ nodes: servers.nodes.slice(0, count), ...(password !== undefined && { password }), ...options });
}

export async function planOn(client: ClusterClient, request: CreateRequest = { replicasPerMaster: 1 }): Promise<Plan> {
  return planCreate(await client.observe(), request);
}

/** The lines of CLUSTER NODES as one server has them. */
export async function linesOf(servers: TestServers, port: number): Promise<string[]> {
  return String(await sendCommand(port, ['CLUSTER', 'NODES'], servers.password))
    .trim()
    .split('\n');
}

/** The value of a setting on every server. */
export async function settingsOf(servers: TestServers, name: string): Promise<string[]> {
  const replies = servers.ports.map(port => sendCommand(port, ['CONFIG', 'GET', name], servers.password));
  return (await Promise.all(replies)).map(reply => String((reply as string[])[1]));
}

/** Every server knows only itself, owns nothing, follows nobody and has no epoch. */
export async function assertEmpty(servers: TestServers, ports = servers.ports): Promise<void> {
  for (const port of ports) {
    const lines = await linesOf(servers, port);
    assert.equal(lines.length, 1, `${port} is not alone:\n${lines.join('\n')}`);
    assert.match(lines[0]!, /myself,master - 0 \d+ 0 connected$/);
  }
}

export async function assertNodeTimeout(servers: TestServers, milliseconds: number): Promise<void> {
  assert.deepEqual(
    await settingsOf(servers, 'cluster-node-timeout'),
    servers.ports.map(() => String(milliseconds)),
  );
}

/** Takes all clusters apart and empties every server; for between two tests. */
export async function takeApart(servers: TestServers): Promise<void> {
  const send = (port: number, ...words: string[]) => sendCommand(port, words, servers.password);
  await eventually(
    async () => {
      const looks = servers.ports.map(
        async port => [await linesOf(servers, port), await send(port, 'DBSIZE')] as const,
      );
      const isEmpty = (await Promise.all(looks)).every(
        ([lines, keys]) =>
          lines.length === 1 && keys === 0 && / master - 0 \d+ 0 connected$/.test(lines[0]!.replace('myself,', '')),
      );
      if (isEmpty) return true;
      for (const port of servers.ports) {
        // A replica refuses FLUSHALL and a master with keys refuses RESET: each gets past one of the two.
        await send(port, 'FLUSHALL').catch(() => undefined);
        await send(port, 'CLUSTER', 'RESET', 'HARD').catch(() => undefined);
      }
      return false;
    },
    { what: 'all servers are empty again' },
  );
  for (const port of servers.ports) await send(port, 'FUNCTION', 'FLUSH');
}
