// How long it takes to create a cluster of servers that already run.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../src/core/operation/clusterClient';
import { openJournal } from '../../src/core/operation/journal';
import { planCreate } from '../../src/core/plan/planCreate';
import { openWatcher, type Watcher } from '../support/clusterWatcher';
import { redisCli, startTestServers, type TestServers } from '../support/testCluster';
import type { Figure } from './report/figures';
import { present } from './report/present';

/** Milliseconds from the start. */
interface Times {
  returned: number;
  endState: number;
}

void present({
  how:
    'From the command to the same end state for both, judged by the same outside watcher: every node calls the cluster ok, every ' +
    'replica is linked, all views agree on roles, masters and slots, and settings are as before. The servers were already running.',
  notes: [
    'Where the time goes: a server keeps a new master down for half a second after it got its first slots. Slots are therefore ' +
      'assigned first, so that this wait runs beside the handshakes and the first replication. redis-cli itself returns earlier, ' +
      'before the cluster can be written to. The end of ours is when its settings are back, too.',
  ],
  async measure({ amount, runs, part, server }) {
    const { path } = await server();
    const cases = [
      { count: 6, nodeTimeout: 2000, rounds: 7, mostOfPeer: 0.3 },
      { count: 6, nodeTimeout: 15_000, rounds: 7, mostOfPeer: 0.12 },
      { count: 30, nodeTimeout: 5000, rounds: 5, mostOfPeer: 0.7 },
      { count: 100, nodeTimeout: 5000, rounds: 3, mostOfPeer: 0.7 },
    ];
    for (const { count, nodeTimeout, rounds, mostOfPeer } of cases.slice(0, amount(4, 3)))
      await part(`${count} nodes, node timeout ${nodeTimeout} ms`, async () => {
        const { cli, ours } = await compare(path, count, nodeTimeout, runs(rounds));
        const figure: Figure = {
          what: `A cluster of ${count} nodes, node timeout ${nodeTimeout} ms`,
          unit: 'ms',
          values: ours.map(({ returned, endState }) => Math.max(returned, endState)),
          peer: { name: 'redis-cli', values: cli.map(({ endState }) => endState) },
          goal: { mostOfPeer },
          summary: true,
        };
        return [figure];
      });
  },
});

async function compare(
  serverPath: string,
  count: number,
  nodeTimeout: number,
  runs: number,
): Promise<{ cli: Times[]; ours: Times[] }> {
  const servers = await startTestServers({
    count,
    serverPath,
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
      }
      console.error(`${count} nodes, ${nodeTimeout} ms, run ${run + 1}`, cli.at(-1), ours.at(-1));
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
