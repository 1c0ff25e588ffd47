// The part of the demo with `--nodes`: a cluster of up to a thousand nodes that only speak as such, on a script of deaths,
// returns and moving slots, watched as the extension does. With `--keep` it goes on until Ctrl-C, to be added in VS Code.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { require as requireTypeScript } from 'tsx/cjs/api';
import { root } from '../setup/run.mjs';

export async function watchLargeCluster({ core, isFast, say, cleanUps }) {
  const nodes = Number(process.argv[process.argv.indexOf('--nodes') + 1]);
  if (!Number.isInteger(nodes) || nodes < 6 || nodes > 1000)
    throw Object.assign(new Error('Say how many: --nodes 6 up to --nodes 1000.'), { isExpected: true });
  const { startFakeCluster } = requireTypeScript(
    join(root, 'test/support/fakeCluster/fakeCluster.ts'),
    import.meta.url,
  );
  const cluster = await startFakeCluster({ nodes, spares: 2, realTime: true });
  cleanUps.push(() => cluster.close());
  say(
    `${nodes} nodes on ${new Set(Object.values(cluster.hosts)).size} hosts answer; begin at ${cluster.seeds.join(', ')}`,
  );
  say('They take no writes and no orders: what they say of themselves is played from a script.\n');

  // Both ends share one process here: a look at all of them takes its time.
  const limits = { connectTimeoutMilliseconds: 20_000, commandTimeoutMilliseconds: 20_000 };
  const client = core.connect({ nodes: cluster.seeds, hosts: cluster.hosts, ...limits });
  cleanUps.push(() => client.close());
  const monitor = new core.Monitor(client, { lookTimeoutMilliseconds: 120_000 });
  cleanUps.push(() => monitor.dispose());
  monitor.onChange(({ events }) => {
    for (const { text } of events) say(`  ${text}`);
  });
  monitor.onError(error => say(`  ! ${error.message}`));
  const started = performance.now();
  const topology = await monitor.lookNow();
  say(
    `The first look at all of them took ${Math.round(performance.now() - started)} ms and ${cluster.commands} commands: ` +
      `${topology.shards.length} shards, ${core.health(topology).status}.`,
  );
  const before = cluster.commands;
  await client.observe({ backOff: true });
  say(`A look while nothing happens sends ${cluster.commands - before}.\n`);
  monitor.start();
  do await playRound(cluster.script, isFast, say);
  while (process.argv.includes('--keep'));
}

async function playRound(script, isFast, say) {
  const pause = () => wait(isFast ? 4000 : 10_000);
  const master = script.pick(node => !node.slots.isEmpty && node.process === 'up');
  say(`${master.host}:${master.port} dies`);
  script.kill(master);
  await pause();
  say(`${master.host}:${master.port} comes back`);
  script.restart(master);
  await pause();
  const [from, to] = [0, 0].map(() => script.pick(node => node.slots.count > 8 && node.process === 'up'));
  if (from !== to) {
    say(`8 slots move from ${from.host}:${from.port} to ${to.host}:${to.port}`);
    script.moveSlots(from, to, 8, 4);
  }
  await pause();
}
