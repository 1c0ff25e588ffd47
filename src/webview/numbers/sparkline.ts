/** What a line is drawn from: oldest first, null where nothing is known. */
export type Figures = readonly (number | null)[];

export const SPARK_WIDTH = 60;
export const SPARK_HEIGHT = 12;
/** Five seconds each: a minute. */
const SPARK_FIGURES = 12;

/**
 * A line in a box of 60 x 12, its foot zero and its head the highest figure; the newest stands at the right edge. A figure that is not
 * known leaves a gap, one between two gaps is a dash. Empty when none is known.
 */
export function sparklinePath(figures: Figures): string {
  const shown = figures.slice(-SPARK_FIGURES);
  const highest = Math.max(0, ...shown.map(figure => figure ?? 0));
  const step = SPARK_WIDTH / (SPARK_FIGURES - 1);
  const left = SPARK_WIDTH - (shown.length - 1) * step;
  const parts = shown.map((figure, index) => {
    if (figure === null) return '';
    const x = round(left + index * step);
    const y = round(highest === 0 ? SPARK_HEIGHT - 1 : SPARK_HEIGHT - 1 - (figure / highest) * (SPARK_HEIGHT - 2));
    if ((shown[index - 1] ?? null) !== null) return `L${x} ${y}`;
    return (shown[index + 1] ?? null) === null ? `M${round(x - 1)} ${y}h2` : `M${x} ${y}`;
  });
  return parts.join('');
}

/** Lowest, highest and latest of the known figures. */
export function summarize(figures: Figures): { lowest: number; highest: number; latest: number | null } | undefined {
  const known = figures.filter(figure => figure !== null);
  if (known.length === 0) return undefined;
  return { lowest: Math.min(...known), highest: Math.max(...known), latest: figures.at(-1) ?? null };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
