// What the topology page costs in Chromium, beside the same nodes drawn by cytoscape.
import { snapshotChanges } from '../../src/shared/snapshotChanges';
import type { PageNode, Snapshot } from '../../src/shared/pageProtocol';
import { paintWithCytoscape } from '../support/cytoscapePaint';
import { startPageHarness, type PageHarness } from '../support/pageHarness';
import { readPageScripts } from '../support/pageScripts';
import { change } from '../support/pageSnapshots';
import { panAndZoom, timeMessage, type Timed } from '../support/pageTiming';
import { makeLargeSnapshot } from '../support/scaleSnapshots';
import type { Figure } from './report/figures';
import { present } from './report/present';

void present({
  how:
    'The page in headless Chromium with 1000 nodes. CPU is that of its main thread: script, style, layout and painting. The first ' +
    'paint is beside the same nodes as dots at given places by cytoscape (preset layout), in turns, from the data to the frame.',
  notes: [
    'A poll brings only what changed. "Ignored by the page" is the same message with a type that the page does not know: what its ' +
      'transfer, the frame and the measuring cost by themselves.',
    'Pan and zoom: a turn of the wheel with every frame, 120 frames a run. A frame of a screen with 60 Hz takes 16.7 ms.',
  ],
  async measure({ amount, runs, part }) {
    const harness = await startPageHarness();
    const nodes = amount(1000, 300);
    const snapshot = makeLargeSnapshot(nodes);
    try {
      await part('first paint', () => measureFirstPaint(harness, snapshot, runs(7)));
      await part('polls', () => measurePolls(harness, snapshot, runs(30)));
      await part('pan and zoom', () => measureFrames(harness, snapshot, runs(5)));
      await part('slot map', () => measureSlotMap(harness, snapshot));
      await part('six nodes', () => measureOpening(harness, runs(7)));
      await part('page script', async () => [
        {
          what: 'Page script, gzipped, as far as six nodes need it',
          unit: 'KiB',
          values: [(await readPageScripts()).neededKibibytes],
          goal: { most: 60 },
        },
      ]);
    } finally {
      await harness.close();
    }
  },
});

async function measureFirstPaint(harness: PageHarness, snapshot: Snapshot, runs: number): Promise<Figure[]> {
  const ours: Timed[] = [];
  const byCytoscape: number[] = [];
  for (let run = 0; run < runs; run++) {
    const page = await harness.open({ width: 1600, height: 900 });
    ours.push(await timeMessage(page, { type: 'snapshot', snapshot }));
    byCytoscape.push(await paintWithCytoscape(page.page, snapshot));
    await page.close();
  }
  const what = `First paint of ${snapshot.nodes.length} nodes`;
  const frames = ours.map(({ frame }) => frame);
  return [
    { what: `${what}, message to frame`, unit: 'ms', values: frames, goal: { most: 150 } },
    {
      what: `${what}, message to frame`,
      unit: 'ms',
      values: frames,
      peer: { name: 'cytoscape', values: byCytoscape },
      goal: { mostOfPeer: 0.5 },
      summary: true,
    },
    { what: `${what}, CPU`, unit: 'ms', values: ours.map(({ cpu }) => cpu) },
  ];
}

type Kind = 'states' | 'figures' | 'whole' | 'ignored';

async function measurePolls(harness: PageHarness, snapshot: Snapshot, runs: number): Promise<Figure[]> {
  const count = snapshot.nodes.length;
  const page = await harness.open({ width: 1600, height: 900 });
  try {
    await timeMessage(page, { type: 'snapshot', snapshot });
    const kinds: Record<Kind, number[]> = { states: [], figures: [], whole: [], ignored: [] };
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
    const send = async (kind: Kind, after: Snapshot, isWhole = false): Promise<void> => {
      const changes = snapshotChanges(now, after);
      const message = isWhole ? { type: 'snapshot', snapshot: after } : { type: 'changes', changes };
      if (kind === 'states') kinds.ignored.push((await timeMessage(page, { ...message, type: 'ignored' })).cpu);
      kinds[kind].push((await timeMessage(page, message)).cpu);
      now = after;
    };
    for (let run = 0; run < runs; run++) {
      const isWell = run % 2 === 1;
      // The same nodes come to trouble and get well again: each of the two changes as many.
      const state = isWell ? 'ok' : 'suspect';
      await send('states', next(0.01, run - Number(isWell), { state, stateText: state, operationsPerSecond: run }));
      await send('figures', next(0.1, run, { operationsPerSecond: run, memoryBytes: run * 1_000_000 }));
      await send('whole', next(0.01, run + 7, { operationsPerSecond: run }), true);
    }
    const figure = (what: string, kind: Kind): Figure => ({ what: `${what}, CPU`, unit: 'ms', values: kinds[kind] });
    return [
      {
        ...figure('A poll that changes the state of 1 % of the nodes', 'states'),
        goal: { most: 8 },
        summary: true,
        why: 'What the page ignores costs a part of it already.',
      },
      figure('The same, ignored by the page', 'ignored'),
      figure('A poll that brings new figures of 10 % of the nodes', 'figures'),
      figure('New figures of 1 %, sent in a whole snapshot, as after loading', 'whole'),
    ];
  } finally {
    await page.close();
  }
}

async function measureFrames(harness: PageHarness, snapshot: Snapshot, runs: number): Promise<Figure[]> {
  const [middles, slow]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    const page = await harness.open({ width: 1600, height: 900 });
    await timeMessage(page, { type: 'snapshot', snapshot });
    const frames = (await page.page.evaluate<number[]>(panAndZoom)).sort((a, b) => a - b);
    middles.push(frames[Math.floor(frames.length / 2)]!);
    slow.push(frames[Math.floor(frames.length * 0.95)]!);
    await page.close();
  }
  return [
    { what: 'Pan and zoom, median frame', unit: 'ms', values: middles, goal: { most: 17 }, summary: true },
    { what: 'Pan and zoom, 95th percentile', unit: 'ms', values: slow, goal: { most: 33 }, summary: true },
  ];
}

/** Between two ways to look at all slots; the script's part, to the last call that draws. */
async function measureSlotMap(harness: PageHarness, snapshot: Snapshot): Promise<Figure[]> {
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
    return [
      { what: 'All slots of the map repainted', unit: 'ms', values: repaints, goal: { most: 10 }, summary: true },
    ];
  } finally {
    await page.close();
  }
}

/** From the begin of the page's loading to the frame that shows six nodes and takes keys. */
async function measureOpening(harness: PageHarness, runs: number): Promise<Figure[]> {
  const snapshot = makeLargeSnapshot(6);
  const openings: number[] = [];
  for (let run = 0; run < runs; run++) {
    const page = await harness.open();
    const script = await page.page.evaluate<number>(
      "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd",
    );
    openings.push(script + (await timeMessage(page, { type: 'snapshot', snapshot })).frame);
    await page.close();
  }
  return [
    {
      what: 'A page of 6 nodes, script and first frame',
      unit: 'ms',
      values: openings,
      goal: { most: 200 },
      summary: true,
    },
  ];
}
