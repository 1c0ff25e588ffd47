/**
 * How long it takes to create a cluster of servers that already run, redis-cli against this core, in turns.
 * Both are watched from outside to the same end state: every node calls the cluster ok, every replica is linked, all
 * views agree on roles, masters and slots. Ours counts until its settings are back, too.
 *
 *   npx tsx test/bench/create.ts [--runs 7] [--sizes 6,30,100] [--node-timeouts 2000,15000]
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect } from '../../src/core/operation/clusterClient';
import { openJournal } from '../../src/core/operation/journal';
import { planCreate } from '../../src/core/plan/planCreate';
import { redisCli, startTestServers, type TestServers } from '../support/testCluster';
import { openWatcher, type Watcher } from '../support/clusterWatcher';
import { median, spread } from '../support/spread';

/** Milliseconds from the start. */
interface Times {
  returned: number;
  endState: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '7' },
      sizes: { type: 'string', default: '6' },
      'node-timeouts': { type: 'string', default: '2000,15000' },
    },
  });
  const rows: string[] = [
    '| nodes | node timeout | redis-cli returns | redis-cli end state | ours returns | ours end state | ratio of end states |',
    '|---|---|---|---|---|---|---|',
  ];
  for (const nodes of numbers(values.sizes))
    for (const nodeTimeout of numbers(values['node-timeouts'])) {
      const { cli, ours } = await compare(nodes, nodeTimeout, Number(values.runs));
      const cells = [
        nodes,
        `${nodeTimeout} ms`,
        ...[cli, ours].flatMap(times => [
          spread(times.map(({ returned }) => returned)),
          spread(times.map(({ endState }) => endState)),
        ]),
        ratio(ours, cli),
      ];
      rows.push(`| ${cells.join(' | ')} |`);
    }
  console.log(`${rows.join('\n')}\n\nMilliseconds: median (min-max).`);
}

async function compare(count: number, nodeTimeout: number, runs: number): Promise<{ cli: Times[]; ours: Times[] }> {
  const servers = await startTestServers({
    count,
    nodeTimeoutMilliseconds: nodeTimeout,
    settings: { 'repl-diskless-sync-delay': '0' },
  });
  const watcher = await openWatcher(servers.ports, count / 2);
  try {
    // A server younger than 2 s has no rejoin delay (cluster.c, CLUSTER_WRITABLE_DELAY): everyday clusters are older.
    await wait(3000);
    const cli: Times[] = [];
    const ours: Times[] = [];
    for (let run = 0; run < runs; run++) {
      const turns = [
        async () => cli.push(await measure(watcher, () => createWithCli(servers))),
        async () => ours.push(await measure(watcher, () => createWithCore(servers))),
      ];
      for (const turn of run % 2 === 0 ? turns : turns.reverse()) {
        await watcher.reset();
        await turn();
        console.error(`${count} nodes, ${nodeTimeout} ms, run ${run + 1}`, cli.at(-1), ours.at(-1));
      }
    }
    await assertSettings(watcher, nodeTimeout);
    return { cli, ours };
  } finally {
    watcher.close();
    await servers.close();
  }
}

async function measure(watcher: Watcher, create: () => Promise<void>): Promise<Times> {
  const start = performance.now();
  let returned = 0;
  const [endState] = await Promise.all([
    watcher.endState(),
    create().then(() => (returned = performance.now() - start)),
  ]);
  return { returned, endState: endState - start };
}

async function createWithCli(servers: TestServers): Promise<void> {
  const args = ['--cluster', 'create', ...servers.nodes, '--cluster-replicas', '1', '--cluster-yes'];
  const { exitCode, output } = await redisCli(servers, ...args);
  assert.equal(exitCode, 0, output);
}

// From nothing: connecting, looking and planning count as they do for redis-cli.
async function createWithCore(servers: TestServers): Promise<void> {
  const client = connect({ nodes: servers.nodes });
  try {
    const plan = planCreate(await client.observe(), { replicasPerMaster: 1 });
    await client.run(plan, { journal: await openJournal(`${servers.directory}/journal`) }).finished;
  } finally {
    await client.close();
  }
}

async function assertSettings(watcher: Watcher, nodeTimeout: number): Promise<void> {
  for (const value of await watcher.setting('cluster-node-timeout')) assert.equal(value, String(nodeTimeout));
  for (const value of await watcher.setting('repl-diskless-sync-delay')) assert.equal(value, '0');
}

function numbers(text: string): number[] {
  return text.split(',').map(Number);
}

// Ours is not done before its settings are back, which is when it returns.
function ratio(ours: readonly Times[], cli: readonly Times[]): string {
  const done = median(ours.map(({ returned, endState }) => Math.max(returned, endState)));
  return (done / median(cli.map(({ endState }) => endState))).toFixed(2);
}

void main();
