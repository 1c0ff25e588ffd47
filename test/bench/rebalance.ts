// How long it takes until a new, empty fourth master has its share, and how much memory our process takes more while it moves it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, openJournal, planBalanceSlots, type ClusterClient } from '../../src/core/index';
import { SlotSet } from '../../src/core/topology/slotSet';
import { collectGarbage } from '../support/collectGarbage';
import { agreed } from '../support/slots/agreed';
import { loadSlots } from '../support/slots/loadSlots';
import { checkCluster, createWithRedisCli, redisCli, startTestServers, type TestServers } from '../support/testCluster';
import type { Figure } from './report/figures';
import { present } from './report/present';

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

void present({
  how:
    'A new, empty fourth master gets 4096 slots with 250,000 of a million keys of 100 bytes: a planned and journaled operation of ' +
    'this product, from nothing to the end, with no bound on latency, beside `redis-cli --cluster rebalance ' +
    '--cluster-use-empty-masters` as it comes and with `--cluster-pipeline 1000`, in turns on the same servers. After each the ' +
    'fourth is emptied again and every key counted.',
  notes: ['This product moves from all three masters at once, redis-cli one slot after the other.'],
  async measure({ amount, runs, part, server }) {
    const { path } = await server();
    await part('a fourth master', () => measureAll(path, amount(1_000_000, 16_384), runs(5)));
  },
});

async function measureAll(serverPath: string, keys: number, runs: number): Promise<Figure[]> {
  const asItComes: Contender = { name: 'redis-cli', rebalance: withCli(), seconds: [] };
  const atItsBest: Contender = { name: 'redis-cli, pipeline 1000', rebalance: withCli('1000'), seconds: [] };
  const ours: Contender = { name: 'ours', rebalance: withOurs, seconds: [] };
  const contenders = [asItComes, atItsBest, ours];
  const stage = await startStage(serverPath, keys);
  try {
    for (let run = 0; run < runs; run++)
      for (let turn = 0; turn < contenders.length; turn++)
        await measure(stage, contenders[(run + turn) % contenders.length]!);
    const megabytes = await heapGrown(() => measure(stage, { ...ours, seconds: [] }));
    const figure = ({ name, seconds }: Contender, mostOfPeer: number): Figure => ({
      what: `A fourth master gets its share of ${stage.keys.toLocaleString('en-US')} keys`,
      unit: 's',
      values: ours.seconds,
      peer: { name, values: seconds },
      goal: { mostOfPeer },
      summary: true,
    });
    return [
      figure(asItComes, 1 / 7),
      figure(atItsBest, 1 / 4),
      { what: 'Heap grown at most meanwhile', unit: 'MB', values: [megabytes] },
    ];
  } finally {
    await stage.client.close();
    await stage.servers.close();
    await rm(stage.directory, { recursive: true, force: true });
  }
}

async function startStage(serverPath: string, wantedKeys: number): Promise<Stage> {
  const settings = { 'repl-diskless-sync-delay': '0' };
  const servers = await startTestServers({ count: 7, nodeTimeoutMilliseconds: 5000, settings, serverPath });
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
  const watch = setInterval(() => (most = Math.max(most, heapMegabytes())), 500);
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
