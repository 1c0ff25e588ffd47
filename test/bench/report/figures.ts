import { median } from '../../support/spread';

export type Unit = 'ms' | 's' | 'MB' | 'KiB' | 'commands';

/** One thing measured in so many runs. Of everything measured here less is better. */
export interface Figure {
  /** As the row is called. */
  what: string;
  unit: Unit;
  /** One a run. */
  values: readonly number[];
  /** The same done by another tool, in turns with ours. */
  peer?: { name: string; values: readonly number[] };
  goal?: Goal;
  /** Whether the summary at the top of the document has it. */
  summary?: boolean;
  /** Why it is no better, told where it misses its goal or loses to its peer. */
  why?: string;
}

/** Of the median or of the longest run, in the unit of the figure; or of the peer's median: 0.5 is half of it. */
export type Goal = { most: number; of?: 'median' | 'worst' } | { mostOfPeer: number };

/** What one benchmark found. */
export interface Findings {
  /** What is measured and how, in a sentence or two. */
  how: string;
  /** Why the figures are as they are, a paragraph each. */
  notes: readonly string[];
  figures: readonly Figure[];
  /** The servers that took part: `Redis 7.0.15`. */
  servers: readonly string[];
  /** What could not be measured, and why. */
  failures: readonly string[];
}

/** Ours as a share of the peer's, by the medians. */
export function shareOfPeer({ values, peer }: Figure): number | undefined {
  return peer && median(values) / median(peer.values);
}

/** Undefined without a goal. */
export function isMet(figure: Figure): boolean | undefined {
  const { goal, values } = figure;
  if (!goal) return undefined;
  if ('mostOfPeer' in goal) return (shareOfPeer(figure) ?? Infinity) <= goal.mostOfPeer;
  return (goal.of === 'worst' ? Math.max(...values) : median(values)) <= goal.most;
}
