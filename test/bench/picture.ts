// What the picture of a large cluster costs. First the extension's side: how many commands a look sends, the CPU of this
// process for look, merge, health, diff, tree rows and page snapshot, and the memory an hour of looks adds; the cluster is a fake one in
// a process of its own. Then the page's side in Chromium. Usage: picture.ts [nodes=1000] [host,page]
import '../support/vscodeWords';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ClusterConnections } from '../../src/core/connection/clusterConnections';
import { FigureTrends } from '../../src/core/monitor/figureTrends';
import { Picture } from '../../src/core/monitor/picture';
import { Timeline } from '../../src/core/monitor/timeline/timeline';
import { buildSnapshot } from '../../src/extension/topology/snapshot';
import { SnapshotSender } from '../../src/extension/topology/snapshotSender';
import { buildTreeRows } from '../../src/extension/tree/buildTreeRows';
import { diffRows } from '../../src/extension/tree/diffRows';
import type { TreeRow } from '../../src/extension/tree/elements';
import type { ClusterState } from '../../src/extension/sessions/clusterState';
import type { PageNode, Snapshot } from '../../src/shared/pageProtocol';
import { snapshotChanges } from '../../src/shared/snapshotChanges';
import { startFakeCluster } from '../support/fakeCluster/fakeCluster';
import { startPageHarness, type OpenPage, type PageHarness } from '../support/pageHarness';
import { change } from '../support/pageSnapshots';
import { makeLargeSnapshot } from '../support/scaleSnapshots';
import { paintWithCytoscape } from '../support/cytoscapePaint';

const count = Number(process.argv[2] ?? 1000);
/** An hour at a look every two seconds. */
const LOOKS_AN_HOUR = 1800;

if (process.env.RCM_FAKE_CLUSTER) void serve();
else void main();

async function main(): Promise<void> {
  const parts = process.argv[3] ?? 'host,page';
  if (parts.includes('host')) await measureHost();
  if (parts.includes('page')) await measurePage();
}

/** In the child: the cluster, and how many commands it has answered. */
async function serve(): Promise<void> {
  const cluster = await startFakeCluster({ nodes: count, spares: 4 });
  process.on('message', (words: string[]) => {
    const [what = ''] = words;
    if (what === 'advance') cluster.script.advance(2000);
    if (what === 'kill') cluster.script.kill(cluster.script.pick(node => !node.slots.isEmpty && node.process === 'up'));
    if (what === 'change')
      for (let change = 0; change < count / 200; change++)
        cluster.script.failOver(cluster.script.pick(node => node.role === 'replica' && node.link === 'up'));
    process.send?.({ commands: cluster.commands });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ seeds: cluster.seeds, hosts: cluster.hosts });
}

interface Told {
  seeds: string[];
  hosts: Record<string, string>;
  commands: number;
}

async function measureHost(): Promise<void> {
  const child = fork(__filename, [String(count)], { env: { ...process.env, RCM_FAKE_CLUSTER: '1' } });
  const tell = async (what: string): Promise<Told> => {
    child.send([what]);
    return ((await once(child, 'message')) as [Told])[0];
  };
  const [{ seeds, hosts }] = (await once(child, 'message')) as [Told];
  const limits = { connectTimeoutMilliseconds: 30_000, commandTimeoutMilliseconds: 30_000 };
  const connections = new ClusterConnections({ nodes: seeds, hosts, ...limits });
  try {
    const picture = new Picture(500);
    const timeline = new Timeline();
    const figures = new FigureTrends();
    let version = 0;
    // The editor hands messages on as JSON.
    const sender = new SnapshotSender(message => Promise.resolve(JSON.stringify(message) !== ''));
    let rows: readonly TreeRow[] = [];
    const poll = async (): Promise<{ cpu: number; commands: number }> => {
      const { commands: before } = await tell('count');
      const start = process.cpuUsage();
      const change = picture.accept(await connections.observe({ backOff: true }), false, false);
      timeline.accept(change, undefined);
      figures.accept(change.topology);
      const { topology, health } = change;
      const state = { ...definition, topology, health, timeline, figures } as unknown as ClusterState;
      sender.send(buildSnapshot(state, ++version));
      const next = buildTreeRows([state], 'shard');
      diffRows(rows, next);
      rows = next;
      const { user, system } = process.cpuUsage(start);
      const { commands } = await tell('count');
      return { cpu: (user + system) / 1000, commands: commands - before };
    };
    console.log(`Extension host, ${count} nodes: CPU of a poll (look, merge, health, diff, timeline, tree, page)`);
    const first = await poll();
    console.log(`  the first look, at all of them  ${show([first.cpu])} ms, ${first.commands} commands`);
    const quiet: { cpu: number; commands: number }[] = [];
    for (let turn = 0; turn < 30; turn++) {
      await tell('advance');
      quiet.push(await poll());
    }
    const commands = Math.max(...quiet.map(each => each.commands));
    console.log(
      `  a poll while nothing happens    ${show(quiet.map(({ cpu }) => cpu))} ms, at most ${commands} commands`,
    );
    const news: { cpu: number; commands: number }[] = [];
    const following: { cpu: number; commands: number }[] = [];
    for (let turn = 0; turn < 15; turn++) {
      await tell('change');
      news.push(await poll());
      await tell('advance');
      await poll();
      for (let after = 0; after < 3; after++) following.push(await poll());
    }
    const tellOf = (polls: { cpu: number; commands: number }[]): string =>
      `${show(polls.map(({ cpu }) => cpu))} ms, at most ${Math.max(...polls.map(each => each.commands))} commands`;
    console.log(`  a poll in which 1 % change role ${tellOf(news)}`);
    console.log(`  the polls after it              ${tellOf(following)}`);
    const dying: { cpu: number; commands: number }[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await tell('kill');
      for (let after = 0; after < 3; after++) {
        dying.push(await poll());
        await tell('advance');
      }
      for (let after = 0; after < 3; after++) await poll();
    }
    console.log(`  polls while a node dies         ${tellOf(dying)}`);
    const before = heapMegabytes();
    const looks = Math.min(LOOKS_AN_HOUR, Number(process.env.RCM_BENCH_LOOKS ?? LOOKS_AN_HOUR));
    for (let turn = 0; turn < looks; turn++) {
      if (turn % 100 === 0) await tell('advance');
      await poll();
    }
    console.log(`  memory added by ${looks} polls       ${(heapMegabytes() - before).toFixed(1)} MB`);
  } finally {
    connections.close();
    child.disconnect();
  }
}

const definition = { definition: { id: 'bench', name: 'bench', nodes: [] } };

async function measurePage(): Promise<void> {
  const harness = await startPageHarness();
  try {
    console.log(`Page in Chromium, ${count} nodes: CPU of the main thread, then the time to the frame`);
    const snapshot = makeLargeSnapshot(count);
    const firsts: Timed[] = [];
    for (let run = 0; run < 7; run++) {
      const page = await harness.open({ width: 1600, height: 900 });
      firsts.push(await timeSnapshot(page, snapshot));
      await page.close();
    }
    console.log(
      `  first paint                     ${show(firsts.map(({ cpu }) => cpu))} ms, frame ${show(firsts.map(({ frame }) => frame))} ms`,
    );
    const page = await harness.open({ width: 1600, height: 900 });
    const drawnByCytoscape: number[] = [];
    for (let run = 0; run < 7; run++) drawnByCytoscape.push(await paintWithCytoscape(page.page, snapshot));
    await page.close();
    console.log(`  the same by cytoscape, preset   frame ${show(drawnByCytoscape)} ms`);
    await measurePolls(harness, snapshot);
    await measureSlotMap(harness, snapshot);
    await measureOpening(harness);
  } finally {
    await harness.close();
  }
}

async function measurePolls(harness: PageHarness, snapshot: Snapshot): Promise<void> {
  const page = await harness.open({ width: 1600, height: 900 });
  try {
    await timeSnapshot(page, snapshot);
    const kinds = { states: [], figures: [], whole: [], ignored: [] } as Record<string, Timed[]>;
    let now = snapshot;
    const next = (share: number, run: number, news: Partial<PageNode>): Snapshot => {
      const ports = Array.from(
        { length: Math.ceil(count * share) },
        (_, index) => 7000 + ((run * 37 + index * 61) % (count - 4)),
      );
      return change(now, Object.fromEntries(ports.map(port => [port, news])), {
        nowMilliseconds: now.nowMilliseconds + 2000,
      });
    };
    const send = async (kind: string, after: Snapshot, isWhole = false): Promise<void> => {
      const changes = snapshotChanges(now, after);
      const message = isWhole ? { type: 'snapshot', snapshot: after } : { type: 'changes', changes };
      if (kind === 'states') kinds.ignored!.push(await timeMessage(page, { ...message, type: 'ignored' }));
      kinds[kind]!.push(await timeMessage(page, message));
      now = after;
    };
    for (let run = 0; run < 30; run++) {
      const isWell = run % 2 === 1;
      // The same nodes come to trouble and get well again: each of the two changes as many.
      const state = isWell ? 'ok' : 'suspect';
      await send('states', next(0.01, run - Number(isWell), { state, stateText: state, operationsPerSecond: run }));
      await send('figures', next(0.1, run, { operationsPerSecond: run, memoryBytes: run * 1_000_000 }));
      await send('whole', next(0.01, run + 7, { operationsPerSecond: run }), true);
    }
    for (const [words, kind] of [
      ['a poll that changes 1 %        ', 'states'],
      ['a poll with figures of 10 %    ', 'figures'],
      ['1 % have figures, sent whole   ', 'whole'],
      ['1 %, ignored by the page       ', 'ignored'],
    ] as const)
      console.log(
        `  ${words} ${show(kinds[kind]!.map(({ cpu }) => cpu))} ms, frame ${show(kinds[kind]!.map(({ frame }) => frame))} ms`,
      );
    const frames = await page.page.evaluate<number[]>(PAN_AND_ZOOM);
    frames.sort((a, b) => a - b);
    console.log(
      `  pan and zoom, ${frames.length} frames        ${show(frames)} ms, p95 ${frames[Math.floor(frames.length * 0.95)]?.toFixed(1)} ms`,
    );
  } finally {
    await page.close();
  }
}

/** Between two ways to look at all slots; the script's part, to the last call that draws. */
async function measureSlotMap(harness: PageHarness, snapshot: Snapshot): Promise<void> {
  const page = await harness.open({ width: 1600, height: 900 });
  try {
    await page.send({ type: 'snapshot', snapshot });
    await page.page.keyboard.press('2');
    const repaints = await page.page.evaluate<number[]>(`new Promise(done => {
      const modes = [...document.querySelectorAll('.slot-modes button')].slice(0, 2);
      const times = [];
      const frame = () => {
        const begun = performance.now();
        modes[times.length % 2].click();
        times.push(performance.now() - begun);
        if (times.length === 40) done(times.slice(4));
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    })`);
    console.log(`  slot map, all slots repainted   ${show(repaints)} ms`);
  } finally {
    await page.close();
  }
}

/** From the begin of the page's loading to the frame that shows six nodes and takes keys. */
async function measureOpening(harness: PageHarness): Promise<void> {
  const snapshot = makeLargeSnapshot(6);
  const openings: number[] = [];
  for (let run = 0; run < 7; run++) {
    const page = await harness.open();
    const script = await page.page.evaluate<number>(
      "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd",
    );
    openings.push(script + (await timeSnapshot(page, snapshot)).frame);
    await page.close();
  }
  console.log(`  6 nodes, script and first frame ${show(openings)} ms`);
}

interface Timed {
  /** CPU of the main thread: script, style, layout, painting. */
  cpu: number;
  /** From the message to the frame that shows it. */
  frame: number;
}

function timeSnapshot(page: OpenPage, snapshot: Snapshot): Promise<Timed> {
  return timeMessage(page, { type: 'snapshot', snapshot });
}

/** Sent as the editor does; the text of the message is parsed before, as the editor's own channel does. */
async function timeMessage({ page }: OpenPage, message: object): Promise<Timed> {
  await page.evaluate(`window.benchMessage = ${JSON.stringify(message)}; undefined`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
  };
  const before = await spent();
  const frame = await page.evaluate<number>(`new Promise(done => {
    const begun = performance.now();
    addEventListener('message', () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))), { once: true });
    postMessage(benchMessage, '*');
  })`);
  const cpu = (await spent()) - before;
  await session.detach();
  return { cpu, frame };
}

const PAN_AND_ZOOM = `new Promise(done => {
  const tree = document.querySelector('.grid-tree');
  const { left, top } = tree.getBoundingClientRect();
  const at = { clientX: left + 500, clientY: top + 300, bubbles: true, cancelable: true };
  const frames = [];
  let last = performance.now();
  let step = 0;
  const frame = now => {
    if (step > 0) frames.push(now - last);
    last = now;
    if (step++ === 120) return done(frames);
    tree.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: step % 60 < 30 ? -60 : 60 }));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

function show(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return `${median.toFixed(1)} (${sorted[0]?.toFixed(1)}-${sorted.at(-1)?.toFixed(1)})`;
}

function heapMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
}
