import { Redis } from 'ioredis';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { CheckFinding } from '../../../src/core/health/check/types';
import { checkCluster } from '../../../src/core/operation/check/checkCluster';
import type { CheckOptions, CheckReport } from '../../../src/core/operation/check/types';
import { startCluster } from '../../support/failover/shards';
import { eventually, redisCli, sendCommand, type TestServers } from '../../support/testCluster';

/** The slot of `{b}`, in the first of three or four shards. */
export const SLOT = 3300;

/** Masters without replicas that share the slots. */
export interface CheckStage {
  servers: TestServers;
  connections: ClusterConnections;
  /** Ids by port. */
  ids: ReadonlyMap<number, string>;
  /** Ascending by first slot. */
  masters: readonly number[];
  /** The servers do not tell the keys of slots they neither own nor import (those with CLUSTER MIGRATION). */
  hidesForeignKeys: boolean;
  hasSlotStats: boolean;
  check(options?: CheckOptions): Promise<CheckReport>;
  close(): Promise<void>;
}

export async function startStage(count = 3): Promise<CheckStage> {
  const servers = await startCluster(1000, count, 0);
  const connections = new ClusterConnections({ nodes: servers.nodes });
  const ids = new Map<number, string>();
  for (const port of servers.ports) {
    ids.set(port, String(await sendCommand(port, ['CLUSTER', 'MYID'])));
    // Never reached; that nothing at all is kept would be a finding of its own.
    await sendCommand(port, ['CONFIG', 'SET', 'save', '86400 1000000000']);
  }
  const { shards, nodes } = await connections.observe();
  const masters = shards.map(({ masterId }) => nodes.find(({ id }) => id === masterId)!.port);
  const { clusterMigration, slotStats } = await connections.capabilities(servers.nodes[0]!);
  return {
    servers,
    connections,
    ids,
    masters,
    hidesForeignKeys: clusterMigration,
    hasSlotStats: slotStats,
    check: options => checkCluster(connections, options),
    close: async () => {
      connections.close();
      await servers.close();
    },
  };
}

/** Sends one command to a node and expects that it is done. */
export function tell(port: number, ...words: (string | number)[]): Promise<unknown> {
  return sendCommand(port, words);
}

/** Writes keys of `SLOT` to a node that is importing it. */
export async function plant(port: number, keys: number): Promise<void> {
  const client = new Redis({ port });
  try {
    for (let number = 0; number < keys; number++) {
      await client.call('ASKING');
      await client.call('SET', `{b}${number}`, 'astray');
    }
  } finally {
    client.disconnect();
  }
}

/** Findings a cluster of one host has anyway. */
const USUAL = new Set(['singleHost', 'noReplicas', 'shardOnOneHost', 'replicaOnMastersHost']);

export function unusual({ findings }: CheckReport): CheckFinding[] {
  return findings.filter(({ code }) => !USUAL.has(code));
}

/** What the reference tool complains about, as it is now. */
export async function complaintsOf({ servers, masters }: CheckStage): Promise<string[]> {
  const { output } = await redisCli(servers, '--cluster', 'check', `127.0.0.1:${masters[0]}`);
  return output.split('\n').filter(line => /\[(ERR|WARNING)\]/.test(line));
}

/** The check finds nothing again, and neither does the reference tool. */
export async function assertMended(stage: CheckStage): Promise<void> {
  await eventually(
    async () =>
      unusual(await stage.check({ strayKeys: true })).length === 0 && (await complaintsOf(stage)).length === 0,
    { what: 'the cluster is as it was' },
  );
}

export function textsOf(findings: readonly CheckFinding[]): string {
  return findings.map(({ code, text }) => `${code}: ${text}`).join('\n');
}
