// What memory clusters take: in the extension host of a real VS Code, over an hour of polls, and for their past.
import assert from 'node:assert/strict';
import { buildExtension } from '../../scripts/setup/build.mjs';
import { collectGarbage } from '../support/collectGarbage';
import { startFakeProcess } from '../support/fakeCluster/ownProcess';
import type { HostMemory, Used } from './inside/memory';
import { runInside } from './inside/runInside';
import type { Figure } from './report/figures';
import { present } from './report/present';
import { openWatchingHost } from './watching/host';
import { measurePastHour } from './watching/past';

void present({
  how:
    'Always after a garbage collection. In VS Code: the extension host of a window with the tree and the topology of one cluster ' +
    'shown and looked at every half second, started anew each time. The hour: 1800 polls of 1000 nodes outside of VS Code, with a failover in every 30th. The past: ' +
    'what the line of time keeps of an hour of 1000 nodes, a look every 2 s. The nodes are fakes in a process of their own. No other ' +
    'tool was measured.',
  notes: [
    'The resident memory is that of the whole extension host, VS Code and its own extensions included: the row without a cluster is ' +
      'the ground.',
    'Of the past, what does not change is shared between the looks; above 40 MB (estimated) the oldest goes sooner.',
  ],
  async measure({ amount, runs, part }) {
    for (const nodes of [6, 60, 1000].slice(0, amount(3, 2)))
      await part(`VS Code with ${nodes} nodes`, () => measureHost(nodes, runs(3), amount(10, 2)));
    await part('an hour of polls', async () => [await measureHour(amount(1000, 100), amount(1800, 60))]);
    // Compiled and warm before the first is measured.
    measurePastHour(100, 0.01);
    for (const share of [0, 0.001, 0.01, 0.1, 1])
      await part(`past, ${share * 100} % change`, async () => measurePast(amount(1000, 100), share));
  },
});

async function measureHost(nodes: number, starts: number, seconds: number): Promise<Figure[]> {
  await buildExtension({ production: true });
  const found: HostMemory[] = [];
  for (let start = 0; start < starts; start++) {
    found.push(await startAndMeasure(nodes, seconds));
    console.error(`start ${start + 1}:`, found.at(-1));
  }
  const figure = (what: string, valueOf: (memory: HostMemory) => number, summary = false): Figure => ({
    what,
    unit: 'MB',
    values: found.map(valueOf),
    summary,
  });
  const resident = (when: keyof HostMemory) => (memory: HostMemory) => memory[when].resident;
  const more = (from: keyof HostMemory, to: keyof HostMemory, key: keyof Used) => (memory: HostMemory) =>
    memory[to][key] - memory[from][key];
  return [
    figure(`Resident in VS Code, activated, before ${nodes} nodes are looked at`, resident('active')),
    figure(`Resident in VS Code, with ${nodes} nodes shown`, resident('watching')),
    figure(`Heap in VS Code, added by ${nodes} nodes shown`, more('active', 'watching', 'heap'), true),
    figure(`Heap in VS Code, added by ${seconds} s more with ${nodes} nodes`, more('watching', 'later', 'heap')),
  ];
}

async function startAndMeasure(nodes: number, seconds: number): Promise<HostMemory> {
  const cluster = await startFakeProcess(nodes);
  try {
    const memory = await runInside<HostMemory>(
      'memory',
      {
        'redisCluster.clusters': [{ id: 'bench', name: 'bench', nodes: cluster.seeds }],
        'redisCluster.refreshIntervalSeconds': 0.5,
        'redisCluster.connectTimeoutSeconds': 30,
        'redisCluster.commandTimeoutSeconds': 30,
      },
      { RCM_BENCH_SECONDS: String(seconds) },
    );
    const commands = await cluster.order('pass', 0);
    assert(commands > 2 * nodes, `only ${commands} commands were sent: the nodes were not looked at`);
    return memory;
  } finally {
    cluster.end();
  }
}

async function measureHour(nodes: number, polls: number): Promise<Figure> {
  const host = await openWatchingHost(nodes);
  try {
    for (let poll = 0; poll < 20; poll++) await host.poll();
    const before = heapMegabytes();
    for (let poll = 0; poll < polls; poll++) {
      if (poll % 30 === 0) await host.cluster.order('failOver');
      await host.poll();
      await host.cluster.order('pass');
    }
    const megabytes = heapMegabytes() - before;
    return {
      what: `Heap added by ${polls} polls of ${nodes} nodes`,
      unit: 'MB',
      values: [megabytes],
      goal: { most: 20 },
      summary: true,
    };
  } finally {
    host.close();
  }
}

function measurePast(nodes: number, share: number): Figure[] {
  const { megabytes, minutes, milliseconds } = measurePastHour(nodes, share);
  const what = `Past, ${share * nodes} of ${nodes} nodes change in every look`;
  return [
    {
      what: `${what}: ${minutes.toFixed(0)} min kept`,
      unit: 'MB',
      values: [megabytes],
      goal: { most: 50 },
      summary: share === 0.1,
    },
    { what: `${what}: to remember one look`, unit: 'ms', values: [milliseconds] },
  ];
}

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}
