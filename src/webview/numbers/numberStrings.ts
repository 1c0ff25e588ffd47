import type { Skew, SkewBy } from './shardTotals';

const measures: Record<SkewBy, string> = { keys: 'keys', memory: 'memory', operations: 'op/s' };

/** The words of figures. */
export const numberStrings = {
  /** `1.6 × the mean keys` */
  skew: ({ by, ratio }: Skew): string => `${ratio.toFixed(1)} × the mean ${measures[by]}`,
  /** For a narrow place: `1.6 × keys` */
  skewedShort: ([worst]: readonly Skew[]): string => (worst ? `${worst.ratio.toFixed(1)} × ${measures[worst.by]}` : ''),
  skewed: (skews: readonly Skew[]): string =>
    skews.length === 0 ? '' : `skewed: ${skews.map(numberStrings.skew).join(', ')}`,
};
