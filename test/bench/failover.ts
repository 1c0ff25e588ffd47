/**
 * For how long a client cannot write during a graceful failover: this core against a bare CLUSTER FAILOVER sent by
 * redis-cli, in turns, on the same cluster; and how long ours takes until it vouches for the new roles.
 *
 *   npx tsx test/bench/failover.ts [--runs 12] [--node-timeout 1000]
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../src/core/operation/clusterClient';
import { planFailover } from '../../src/core/plan/planFailover';
import { assertNothingLost, clientOf, firstShard, settle, startCluster } from '../support/failover/shards';
import { startWriter, type Writer } from '../support/failover/writer';
import { redisCli, type TestServers } from '../support/testCluster';
import { median, spread } from '../support/spread';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '12' }, 'node-timeout': { type: 'string', default: '1000' } },
  });
  const nodeTimeout = Number(values['node-timeout']);
  const servers = await startCluster(nodeTimeout);
  const client = clientOf(servers);
  const writer = startWriter(servers.ports);
  const gaps = { cli: [] as number[], ours: [] as number[] };
  const durations: number[] = [];
  try {
    for (let run = 0; run < Number(values.runs); run++)
      for (const who of run % 2 === 0 ? (['cli', 'ours'] as const) : (['ours', 'cli'] as const)) {
        // Neither shall meet the votes of an election before.
        await wait(4 * Math.max(nodeTimeout, 1000) + 1000);
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
    console.log('| | write gap, ms: median (min-max) |\n|---|---|');
    console.log(`| redis-cli CLUSTER FAILOVER | ${spread(gaps.cli)} |\n| this core | ${spread(gaps.ours)} |`);
    console.log(`\nRatio ${(median(gaps.ours) / median(gaps.cli)).toFixed(2)}.`);
    console.log(`Until the core vouches for the roles: ${spread(durations)} ms. ${ledger.length} writes, none lost.`);
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

void main();
