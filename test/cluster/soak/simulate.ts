import { collectGarbage } from '../../support/collectGarbage';
import { showPage } from './acts';
import { LeapingClock } from './clock';
import { measureCost, type Cost } from './cost';
import { Fleet } from './fleet';
import { startHost } from './host';
import { InFlight } from './inFlight';
import { plantLeaks } from './plant';
import { activeResources } from './resources';
import { findGrowth, findLeftovers, type Sample } from './samples';
import { simulatedActs, type SimulatedScene } from './simulatedActs';
import { editor } from './standIn/editor';
import { registered } from './standIn/registrations';
import { hearWarnings } from './warnings';

export interface SimulationOptions {
  /** Nodes of each cluster. */
  sizes: readonly number[];
  /** Simulated, after the warm-up. */
  hours: number;
  /** Simulated: what the extension keeps for a time is full by then. */
  warmUpHours: number;
  /** Simulated, from one act to the next. */
  minutesBetweenActs: number;
  intervalSeconds: number;
  /** Polls to measure the cost of each cluster by; 0: it is not measured. */
  costPolls: number;
  /** Leaks are put in, to see that they are found. */
  planted: boolean;
  say: (text: string) => void;
}

export interface SimulationResult {
  /** Empty where nothing leaks. */
  faults: readonly string[];
  samples: readonly Sample[];
  costs: readonly Cost[];
  looks: number;
  acts: number;
  /** Of this process, from the warm-up to the end. */
  cpuSeconds: number;
  complaints: readonly string[];
}

const HOUR = 3_600_000;

/** The extension, whole, watches fake clusters for hours of simulated time while things happen to them. Once per process. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { sizes, say } = options;
  const warnings = hearWarnings();
  const fleet = await Fleet.start(sizes);
  const inFlight = new InFlight();
  const clock = new LeapingClock({
    isBusy: () => !inFlight.isEmpty || editor.running > 0,
    news: () => inFlight.news(),
    passed: milliseconds => fleet.pass(milliseconds),
  });
  clock.install();
  inFlight.install();
  const clusters = fleet.places.map(({ seeds, hosts }, index) => {
    const id = `${sizes[index]}-nodes`;
    return { id, definition: { id, name: id, nodes: seeds, hosts } };
  });
  editor.settings.set('refreshIntervalSeconds', options.intervalSeconds);
  // In the proportion of the defaults.
  editor.settings.set('busyRefreshIntervalSeconds', options.intervalSeconds / 4);
  for (const key of ['connectTimeoutSeconds', 'commandTimeoutSeconds']) editor.settings.set(key, 30);
  const host = startHost();
  const pass = (milliseconds: number): Promise<void> => clock.pass(milliseconds);
  const scene: SimulatedScene = { pass, fleet, host, clusters };
  const costs = options.costPolls > 0 ? await measureCost(scene, sizes, inFlight, options.costPolls) : [];
  for (const cost of costs) say(JSON.stringify(cost));

  editor.set(
    'clusters',
    clusters.map(({ definition }) => definition),
  );
  await clock.pass(10_000);
  for (const { id } of clusters) await showPage(id);
  const endLeaks = options.planted ? plantLeaks(scene) : undefined;
  const samples: Sample[] = [];
  const cpu = process.cpuUsage();
  const looksBefore = inFlight.looks;
  const start = clock.now();
  let done = 0;
  await warmUp(scene);
  const acts = simulatedActs();
  while (clock.now() - start < (options.warmUpHours + options.hours) * HOUR) {
    const { name, act } = acts[done % acts.length]!;
    // Each act meets each cluster in turn, whatever divides what.
    const cluster = (done + Math.floor(done / acts.length)) % sizes.length;
    const begun = clock.now();
    await act(scene, cluster);
    await clock.pass(Math.max(30_000, options.minutesBetweenActs * 60_000 - (clock.now() - begun)));
    done++;
    const hours = (clock.now() - start) / HOUR;
    const sample = await takeSample(scene, clock, hours);
    if (hours >= options.warmUpHours) samples.push(sample);
    say(
      `${hours.toFixed(2)} h  ${(sample.heapBytes / 1e6).toFixed(2)} MB  ${sample.connections.join('/')} connections  ${sample.timers} timers  after ${name} (${sizes[cluster]})`,
    );
  }
  const used = process.cpuUsage(cpu);
  const looks = inFlight.looks - looksBefore;

  endLeaks?.();
  host.deactivate();
  await clock.pass(120_000);
  await clock.realMilliseconds(200);
  const connections = (await fleet.traffic()).reduce((sum, { connections: open }) => sum + open, 0);
  const left = { ...registered(), timers: clock.pending, connections, ...activeResources() };
  await fleet.close();
  return {
    faults: [...findGrowth(samples), ...findLeftovers(left), ...warnings],
    samples,
    costs,
    looks,
    acts: done,
    cpuSeconds: (used.user + used.system) / 1e6,
    complaints: editor.complaints,
  };
}

/** What is kept by number is filled: events, states of nodes. */
async function warmUp({ fleet, pass, clusters }: SimulatedScene): Promise<void> {
  for (let round = 0; round < 200; round++) {
    for (const cluster of clusters.keys()) await fleet.order(cluster, 'failOver');
    await pass(4000);
  }
}

async function takeSample({ fleet }: SimulatedScene, clock: LeapingClock, hours: number): Promise<Sample> {
  let timers = clock.pending;
  for (let moment = 0; moment < 50; moment++) {
    await clock.pass(200);
    timers = Math.min(timers, clock.pending);
  }
  // What is asked at this moment holds what it asks for.
  await clock.passUntilIdle();
  // What the first collection finalises goes with the second.
  collectGarbage();
  await clock.realMilliseconds(30);
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  editor.complaints.splice(0, editor.complaints.length - 100);
  return {
    hours,
    heapBytes: heapUsed + external,
    residentBytes: rss,
    connections: (await fleet.traffic()).map(({ connections }) => connections),
    timers,
    resources: activeResources(),
    registered: registered(),
  };
}
