/** The state of the host at a moment at which nothing is under way. */
export interface Sample {
  /** Simulated, or real. */
  hours: number;
  /** After a collection of all garbage, with what is kept outside of it. */
  heapBytes: number;
  residentBytes: number;
  /** At the servers, by cluster. */
  connections: readonly number[];
  /** The fewest that were pending at once since the sample before. */
  timers: number;
  /** What keeps the process alive, by kind. */
  resources: Readonly<Record<string, number>>;
  /** What is registered with the editor, by kind. */
  registered: Readonly<Record<string, number>>;
}

/** A line through points, by least squares. */
export interface Trend {
  perHour: number;
  /** Standard error of it. */
  error: number;
}

/** Of at least three samples. */
export function heapTrend(samples: readonly Pick<Sample, 'hours' | 'heapBytes'>[]): Trend {
  const count = samples.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count;
  const middle = { hours: mean(samples.map(({ hours }) => hours)), bytes: mean(samples.map(s => s.heapBytes)) };
  let [spread, together] = [0, 0];
  for (const { hours, heapBytes } of samples) {
    spread += (hours - middle.hours) ** 2;
    together += (hours - middle.hours) * (heapBytes - middle.bytes);
  }
  const perHour = together / spread;
  const residual = (sample: Pick<Sample, 'hours' | 'heapBytes'>): number =>
    sample.heapBytes - middle.bytes - perHour * (sample.hours - middle.hours);
  const unexplained = samples.reduce((sum, sample) => sum + residual(sample) ** 2, 0) / (count - 2);
  return { perHour, error: Math.sqrt(unexplained / spread) };
}

/** By so much the line may rise from the first sample to the last: what is kept by number fills up for long. */
const ALLOWED_BYTES = 1_500_000;

/** What grew from the first third of the samples to the last: nothing, for a host that leaks nothing. */
export function findGrowth(samples: readonly Sample[]): string[] {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const [early, late] = [fewest(samples.slice(0, third)), fewest(samples.slice(-third))];
  const { perHour, error } = heapTrend(samples);
  const hours = samples.at(-1)!.hours - samples[0]!.hours;
  return [
    ...((perHour - 2 * error) * hours > ALLOWED_BYTES
      ? [`The heap grows by ${kilobytes(perHour)} ± ${kilobytes(2 * error)} KB an hour.`]
      : []),
    ...Object.keys({ ...early, ...late }).flatMap(what => {
      const [before, after] = [early[what] ?? 0, late[what] ?? 0];
      return after > before ? [`More ${what}: at least ${before} at first, at least ${after} later.`] : [];
    }),
  ];
}

/** What is there for a while, as a timer of a supervisor that waits, is no leak: what is always there counts. */
function fewest(samples: readonly Sample[]): Record<string, number> {
  const all = samples.map(({ connections, timers, resources, registered }) => ({
    ...Object.fromEntries(connections.map((count, index) => [`connections to cluster ${index + 1}`, count])),
    timers,
    ...Object.fromEntries(Object.entries(resources).map(([kind, count]) => [`handles, ${kind}`, count])),
    ...Object.fromEntries(Object.entries(registered).map(([kind, count]) => [`registrations, ${kind}`, count])),
  })) as Record<string, number>[];
  const kinds = new Set(all.flatMap(counts => Object.keys(counts)));
  return Object.fromEntries([...kinds].map(kind => [kind, Math.min(...all.map(counts => counts[kind] ?? 0))]));
}

/** Of what is left where nothing may be: `what` by kind. */
export function findLeftovers(what: Readonly<Record<string, number>>): string[] {
  return Object.entries(what).flatMap(([kind, count]) => (count === 0 ? [] : [`${count} ${kind} left after the end.`]));
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
