// For how long a client cannot write during a graceful failover, and how long ours takes until it vouches for the new roles.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../src/core/operation/clusterClient';
import { planFailover } from '../../src/core/plan/planFailover';
import { assertNothingLost, clientOf, firstShard, settle, startCluster } from '../support/failover/shards';
import { startWriter, type Writer } from '../support/failover/writer';
import { redisCli, type TestServers } from '../support/testCluster';
import { present } from './report/present';

const nodeTimeoutMilliseconds = 1000;

void present({
  how:
    'The longest time without an acknowledged write while a master hands its role to its replica: this product beside a bare ' +
    'CLUSTER FAILOVER sent by redis-cli, in turns, on the same cluster of six. Afterwards every acknowledged write is read back.',
  notes: [
    'The gap is made by the servers: the master stops writes until its replica has caught up and was elected. What this product ' +
      'adds comes before and after: it looks whether the replica can take over, and reads the roles back from all nodes.',
  ],
  async measure({ runs, part, server }) {
    await server();
    await part('graceful failover', async () => {
      const { gaps, durations } = await measure(runs(7));
      return [
        {
          what: 'Write gap of a graceful failover',
          unit: 'ms',
          values: gaps.ours,
          peer: { name: 'CLUSTER FAILOVER by redis-cli', values: gaps.cli },
          goal: { mostOfPeer: 1.2 },
          summary: true,
        },
        { what: 'Until this product vouches for the roles', unit: 'ms', values: durations },
      ];
    });
  },
});

interface Measured {
  gaps: { cli: number[]; ours: number[] };
  durations: number[];
}

async function measure(runs: number): Promise<Measured> {
  const servers = await startCluster(nodeTimeoutMilliseconds);
  const client = clientOf(servers);
  const writer = startWriter(servers.ports);
  const gaps = { cli: [] as number[], ours: [] as number[] };
  const durations: number[] = [];
  try {
    for (let run = 0; run < runs; run++)
      for (const who of run % 2 === 0 ? (['cli', 'ours'] as const) : (['ours', 'cli'] as const)) {
        // Neither shall meet the votes of an election before.
        await wait(4 * nodeTimeoutMilliseconds + 1000);
        await settle(servers, client);
        const gap = await gapDuring(writer, async () => {
          if (who === 'cli') await failOverWithCli(servers, client);
          else durations.push(await failOverWithCore(client));
        });
        gaps[who].push(gap);
        console.error(`run ${run + 1} ${who}: ${gap.toFixed(0)} ms`);
      }
    await settle(servers, client);
    const { master } = await firstShard(client);
    const ledger = await writer.stop();
    await assertNothingLost(master.port, ledger);
    console.error(`${ledger.length} writes, none lost`);
    return { gaps, durations };
  } finally {
    await writer.stop();
    await client.close();
    await servers.close();
  }
}

async function gapDuring(writer: Writer, work: () => Promise<void>): Promise<number> {
  await writer.more(200);
  writer.longestGapMilliseconds();
  await work();
  await writer.more(200);
  return writer.longestGapMilliseconds();
}

async function failOverWithCli(servers: TestServers, client: ClusterClient): Promise<void> {
  const { replica } = await firstShard(client);
  const { output } = await redisCli(servers, '-p', String(replica.port), 'CLUSTER', 'FAILOVER');
  assert.match(output, /^OK/);
  await settle(servers, client);
}

async function failOverWithCore(client: ClusterClient): Promise<number> {
  const { topology, replica } = await firstShard(client);
  const plan = planFailover(topology, { replica: replica.id, ...(await client.measureFailover()) });
  return (await client.run(plan).finished).durationMilliseconds;
}
