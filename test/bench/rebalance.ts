/**
 * How long it takes until a new, empty fourth master has its share: `redis-cli --cluster rebalance --cluster-use-empty-masters`
 * as it comes and with a pipeline against our planned and journaled operation, from nothing to the end, in turns, with the same
 * keys. After it, in one more run that is not timed, how much memory our process takes more while it moves them.
 *
 *   npx tsx test/bench/rebalance.ts [--keys 1000000] [--runs 5] [--server /path/to/redis-server] [--pipeline 1000] [--ours]
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect, openJournal, planBalanceSlots, type ClusterClient } from '../../src/core/index';
import { SlotSet } from '../../src/core/topology/slotSet';
import { collectGarbage } from '../support/collectGarbage';
import { agreed } from '../support/slots/agreed';
import { loadSlots } from '../support/slots/loadSlots';
import { median, spread } from '../support/spread';
import { checkCluster, createWithRedisCli, redisCli, startTestServers, type TestServers } from '../support/testCluster';

interface Stage {
  servers: TestServers;
  client: ClusterClient;
  directory: string;
  /** `host:port` of the fourth master. */
  fourth: string;
  keys: number;
}

interface Contender {
  name: string;
  rebalance: (stage: Stage) => Promise<void>;
  seconds: number[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      keys: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '5' },
      server: { type: 'string' },
      pipeline: { type: 'string', default: '1000' },
      ours: { type: 'boolean', default: false },
    },
  });
  if (values.server !== undefined) process.env.RCM_TEST_SERVER = values.server;
  const ours: Contender = { name: 'ours', rebalance: withOurs, seconds: [] };
  const contenders: Contender[] = values.ours
    ? [ours]
    : [
        { name: 'redis-cli', rebalance: withCli(), seconds: [] },
        { name: `redis-cli, pipeline ${values.pipeline}`, rebalance: withCli(values.pipeline), seconds: [] },
        ours,
      ];
  const stage = await startStage(Number(values.keys));
  try {
    for (let run = 0; run < Number(values.runs); run++)
      for (let turn = 0; turn < contenders.length; turn++)
        await measure(stage, contenders[(run + turn) % contenders.length]!);
    console.log(
      `| ${stage.keys} keys, a fourth master gets 4096 slots | seconds: median (min-max) | times redis-cli |`,
    );
    console.log('|---|---|---|');
    for (const { name, seconds } of contenders)
      console.log(
        `| ${name} | ${spread(seconds, 2)} | ${(median(contenders[0]!.seconds) / median(seconds)).toFixed(1)} |`,
      );
    const megabytes = await heapGrown(() => measure(stage, { ...ours, seconds: [] }));
    console.log(`Heap grown at most, of ours: ${megabytes.toFixed(0)} MB while it ran.`);
  } finally {
    await stage.client.close();
    await stage.servers.close();
    await rm(stage.directory, { recursive: true, force: true });
  }
}

async function startStage(wantedKeys: number): Promise<Stage> {
  const settings = { 'repl-diskless-sync-delay': '0' };
  const servers = await startTestServers({ count: 7, nodeTimeoutMilliseconds: 5000, settings });
  const directory = await mkdtemp(join(tmpdir(), 'rcm-bench-'));
  const client = connect({ nodes: servers.nodes });
  try {
    await createWithRedisCli(servers, 1, servers.ports.slice(0, 6));
    const fourth = servers.nodes[6]!;
    const { exitCode, output } = await redisCli(servers, '--cluster', 'add-node', fourth, servers.nodes[0]!);
    assert.equal(exitCode, 0, output);
    const stage = { servers, client, directory, fourth, keys: 0 };
    await agreed(stage.servers, () => stage.client.observe(), stage.keys);
    const keysPerSlot = Math.ceil(wantedKeys / SlotSet.all.count);
    for (const { role, slots, address } of (await client.observe()).nodes)
      if (role === 'master' && !slots.isEmpty) await loadSlots(client.node(address), slots, keysPerSlot);
    return { ...stage, keys: keysPerSlot * SlotSet.all.count };
  } catch (error) {
    await client.close();
    await servers.close();
    throw error;
  }
}

async function measure(stage: Stage, { name, rebalance, seconds }: Contender): Promise<void> {
  await agreed(stage.servers, () => stage.client.observe(), stage.keys);
  const start = performance.now();
  await rebalance(stage);
  seconds.push((performance.now() - start) / 1000);
  console.error(`${name}: ${seconds.at(-1)!.toFixed(2)} s`);
  await agreed(stage.servers, () => stage.client.observe(), stage.keys);
  await checkCluster(stage.servers);
  await balance(stage.client, stage, { weights: { [stage.fourth]: 0 } });
}

function withCli(pipeline?: string): Contender['rebalance'] {
  return async ({ servers }) => {
    const more = pipeline === undefined ? [] : ['--cluster-pipeline', pipeline];
    const words = ['--cluster', 'rebalance', servers.nodes[0]!, '--cluster-use-empty-masters', ...more];
    const { exitCode, output } = await redisCli(servers, ...words);
    assert.equal(exitCode, 0, output.slice(-2000));
  };
}

// From nothing: connecting and planning count as they do for redis-cli.
async function withOurs(stage: Stage): Promise<void> {
  const client = connect({ nodes: stage.servers.nodes });
  try {
    await balance(client, stage, { includeEmpty: true });
  } finally {
    await client.close();
  }
}

async function balance(
  client: ClusterClient,
  { directory }: Stage,
  request: Parameters<typeof planBalanceSlots>[1],
): Promise<void> {
  const topology = await client.observe();
  const plan = planBalanceSlots(topology, {
    ...request,
    measurements: await client.measureSlots(),
    latencyMilliseconds: 0,
  });
  const result = await client.run(plan, { journal: await openJournal(directory) }).finished;
  assert.equal(result.outcome, 'completed', result.notes.join(' '));
}

async function heapGrown(work: () => Promise<void>): Promise<number> {
  const before = heapMegabytes();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, heapMegabytes())), 250);
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  return most - before;
}

/** What is in use after a collection. */
function heapMegabytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
}

void main();
