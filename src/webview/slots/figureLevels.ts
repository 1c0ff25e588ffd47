/** Figures as levels a map can show: 0 for none, then doubling up to the largest, so that a hot slot stands out and even ones look even. */
export interface FigureLevels {
  /** One per slot; `LEVELS` and above never. 255 where nothing is known. */
  levels: Uint8Array;
  /** The most a level holds, lowest first: `[0, 3, 6, ..., largest]`. Levels that hold no whole number are left out. */
  bounds: readonly number[];
  total: number;
  /** How many slots are known. */
  known: number;
}

export const UNKNOWN_LEVEL = 255;
const STEPS = 6;

export function levelFigures(values: readonly number[]): FigureLevels {
  const known = values.filter(value => value >= 0);
  const largest = known.reduce((most, value) => Math.max(most, value), 0);
  const bounds = boundsUpTo(largest);
  const levels = new Uint8Array(values.length);
  for (let slot = 0; slot < values.length; slot++) {
    const value = values[slot]!;
    levels[slot] = value < 0 ? UNKNOWN_LEVEL : bounds.findIndex(bound => value <= bound);
  }
  return { levels, bounds, total: known.reduce((sum, value) => sum + value, 0), known: known.length };
}

function boundsUpTo(largest: number): number[] {
  if (largest === 0) return [0];
  const steps = Array.from({ length: STEPS }, (_, step) => Math.ceil(largest / 2 ** (STEPS - 1 - step)));
  return [0, ...new Set(steps)];
}
