import { slotFigureNames, type PageSlotFigures, type SlotFigureName, type SlotMode } from '../../shared/pageProtocol';
import type { SlotRange } from '../../shared/slotRanges';
import { levelFigures, type FigureLevels } from './figureLevels';

export interface Measured {
  figures: PageSlotFigures;
  levels: FigureLevels;
}

/** What was measured and what is being measured. Figures are asked for when they are first wanted, and then on request only. */
export interface SlotFigures {
  of(by: SlotFigureName): Measured | undefined;
  /** Why there are none: whole sentences. */
  failureOf(by: SlotFigureName): string | undefined;
  measuring(): SlotFigureName | undefined;
  /** Asks unless it is known already, or `again`. */
  want(by: SlotFigureName, again: boolean): void;
  /** Nobody waits for them any more. */
  stop(): void;
  accept(figures: PageSlotFigures): void;
  fail(by: SlotFigureName, reason: string): void;
  forget(): void;
}

export function createSlotFigures(ask: (by: SlotFigureName) => void, cancel: () => void): SlotFigures {
  const known = new Map<SlotFigureName, Measured>();
  const failures = new Map<SlotFigureName, string>();
  let running: SlotFigureName | undefined;
  const stop = (): void => {
    if (running !== undefined) cancel();
    running = undefined;
  };
  const settle = (by: SlotFigureName): void => {
    if (running === by) running = undefined;
  };
  return {
    of: by => known.get(by),
    failureOf: by => failures.get(by),
    measuring: () => running,
    want(by, again) {
      if (running === by || (!again && (known.has(by) || failures.has(by)))) return;
      // The extension drops the one before by itself.
      running = by;
      failures.delete(by);
      ask(by);
    },
    stop,
    accept(figures) {
      settle(figures.by);
      failures.delete(figures.by);
      known.set(figures.by, { figures, levels: levelFigures(figures.values) });
    },
    fail(by, reason) {
      settle(by);
      failures.set(by, reason);
    },
    forget() {
      stop();
      known.clear();
      failures.clear();
    },
  };
}

export function figureOfMode(mode: SlotMode): SlotFigureName | undefined {
  return slotFigureNames.find(name => name === mode);
}

/** The sum over some slots; undefined when none of them is known. */
export function sumFigures({ figures: { values } }: Measured, ranges: readonly SlotRange[]): number | undefined {
  let sum: number | undefined;
  for (const { start, end } of ranges)
    for (let slot = start; slot <= end; slot++) {
      const value = values[slot] ?? -1;
      if (value >= 0) sum = (sum ?? 0) + value;
    }
  return sum;
}
