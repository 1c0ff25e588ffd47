import '../support/vscodeWords';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ClusterConnections } from '../../src/core/connection/clusterConnections';
import { FigureTrends } from '../../src/core/monitor/figureTrends';
import { Picture } from '../../src/core/monitor/picture';
import { Timeline } from '../../src/core/monitor/timeline/timeline';
import type { ClusterState } from '../../src/extension/sessions/clusterState';
import { buildSnapshot } from '../../src/extension/topology/snapshot';
import { SnapshotSender } from '../../src/extension/topology/snapshotSender';
import { buildTreeRows } from '../../src/extension/tree/buildTreeRows';
import { collectGarbage } from '../support/collectGarbage';
import { startFakeCluster } from '../support/fakeCluster/fakeCluster';
import { spread } from '../support/spread';

// What watching a large cluster costs the extension host: CPU time and commands of one poll (look, merge, health, diff,
// timeline, tree rows, page data and the text that goes to the page), and the memory that many add. The cluster is a fake in a process of its own. Usage:
// watch.ts [nodes=1000] [polls for the memory=0]

type Order = 'pass' | 'kill' | 'restart' | 'failOver';

void (process.send ? serve() : main(Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 0)));

async function main(nodes: number, memoryPolls: number): Promise<void> {
  const child = fork(__filename, [String(nodes)], { execArgv: process.execArgv });
  const answer = async <T>() => ((await once(child, 'message')) as [T])[0];
  const { seeds, hosts } = await answer<{ seeds: [string, ...string[]]; hosts: Record<string, string> }>();
  const send = async (order: Order, count = 1): Promise<number> => {
    child.send([order, count]);
    return answer<number>();
  };
  const limits = { connectTimeoutMilliseconds: 30_000, commandTimeoutMilliseconds: 30_000 };
  const connections = new ClusterConnections({ nodes: seeds, hosts, ...limits });
  const picture = new Picture(500);
  const timeline = new Timeline();
  const figures = new FigureTrends();
  let version = 0;
  let characters = 0;
  // The editor hands messages on as JSON.
  const sender = new SnapshotSender(message => {
    characters = JSON.stringify(message).length;
    return Promise.resolve(true);
  });
  const poll = async (): Promise<{ milliseconds: number; parts: number[]; commands: number; characters: number }> => {
    const before = await send('pass', 0);
    const marks = [cpuMilliseconds()];
    const mark = (): unknown => marks.push(cpuMilliseconds());
    const topology = await connections.observe({ backOff: true });
    mark();
    const change = picture.accept(topology, false, false);
    mark();
    timeline.accept(change, undefined);
    figures.accept(topology);
    mark();
    const state = { definition: { id: 'b', name: 'b', nodes: [] }, topology, health: change.health, timeline, figures };
    buildTreeRows([state as unknown as ClusterState], 'shard').flatMap(function open(row): unknown {
      return row.children?.map(open);
    });
    mark();
    sender.send(buildSnapshot(state as unknown as ClusterState, ++version));
    mark();
    const parts = marks.slice(1).map((time, index) => time - marks[index]!);
    const commands = (await send('pass', 0)) - before;
    return { milliseconds: marks.at(-1)! - marks[0]!, parts, commands, characters };
  };
  const measure = async (what: string, rounds: number, begin: () => Promise<unknown>, polls = 1): Promise<void> => {
    const costs: Awaited<ReturnType<typeof poll>>[] = [];
    for (let round = 0; round < rounds; round++) {
      await begin();
      for (let count = 0; count < polls; count++) {
        costs.push(await poll());
        await send('pass');
      }
    }
    const parts = ['look', 'health and diff', 'timeline', 'tree', 'page'].map(
      (name, index) => `${name} ${spread(costs.map(cost => cost.parts[index]!))}`,
    );
    const commands = Math.max(...costs.map(cost => cost.commands));
    console.log(`${what}: ${spread(costs.map(cost => cost.milliseconds))} ms, at most ${commands} commands`);
    console.log(`  ${parts.join(', ')}; to the page ${spread(costs.map(cost => cost.characters / 1000))} KB`);
  };

  await measure('first look', 1, async () => undefined);
  await measure('warming up', 20, async () => undefined);
  await measure('nothing happens', 20, async () => undefined);
  await measure('1 % of the nodes change their role', 10, () => send('failOver', nodes / 200));
  await measure('the eight polls after it', 4, () => send('failOver', nodes / 200).then(poll), 8);
  await measure('a node dies, four polls', 6, () => send('kill'), 4);
  if (memoryPolls > 0) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < memoryPolls; count++) {
      if (count % 30 === 0) await send('failOver');
      await poll();
      await send('pass');
    }
    collectGarbage();
    const megabytes = (process.memoryUsage().heapUsed - before) / 1e6;
    console.log(`${memoryPolls} polls add ${megabytes.toFixed(1)} MB`);
  }
  connections.close();
  child.disconnect();
}

/** The fake: does what it is told and answers with how many commands it has seen. */
async function serve(): Promise<void> {
  const cluster = await startFakeCluster({ nodes: Number(process.argv[2]), spares: 4 });
  const { script } = cluster;
  const replica = () => script.pick(node => node.role === 'replica' && node.process === 'up');
  const obey: Record<Order, () => unknown> = {
    pass: () => script.advance(2000),
    kill: () => script.kill(script.pick(node => !node.slots.isEmpty && node.process === 'up')),
    restart: () => script.restart(script.pick(node => node.process === 'down')),
    failOver: () => script.failOver(replica()),
  };
  process.on('message', ([order, count]: [Order, number]) => {
    for (let done = 0; done < count; done++) obey[order]();
    process.send!(cluster.commands);
  });
  process.on('disconnect', () => process.exit());
  process.send!({ seeds: cluster.seeds, hosts: cluster.hosts });
}

/** Of all threads. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
