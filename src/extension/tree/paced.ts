import type { CanDispose } from '../disposable';

export interface Paced extends CanDispose {
  /** Asks for the act: now when the last one is long enough ago, else as soon as it is; many requests make one act. */
  request(): void;
}

/**
 * VS Code waits for 200 ms without a change before it draws a tree (extHostTreeViews.ts), so changes that follow each
 * other faster, as they do while an operation runs, would never be drawn. This leaves it time in between.
 */
export function paced(act: () => void, gapMilliseconds = 400): Paced {
  let lastAct = -Infinity;
  let due: NodeJS.Timeout | undefined;
  const run = (): void => {
    due = undefined;
    lastAct = performance.now();
    act();
  };
  return {
    request: () => {
      if (due) return;
      const wait = lastAct + gapMilliseconds - performance.now();
      if (wait <= 0) run();
      else due = setTimeout(run, wait);
    },
    dispose: () => clearTimeout(due),
  };
}
