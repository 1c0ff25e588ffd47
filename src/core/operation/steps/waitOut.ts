import { poll } from '../../connection/poll';
import type { StepContext } from './types';

/** Waits so long, telling how much is left. Rejects with the reason of a cancel. */
export async function waitOut(
  waitMilliseconds: number,
  why: string,
  { signal, report }: Pick<StepContext, 'signal' | 'report'>,
): Promise<void> {
  const start = performance.now();
  for (;;) {
    const left = waitMilliseconds - (performance.now() - start);
    if (left <= 0) return;
    report(`${Math.ceil(left / 1000)} s left: ${why}`, 1 - left / waitMilliseconds);
    const slice = Math.min(left, 250);
    await poll(() => Promise.resolve(undefined), { signal, timeoutMilliseconds: slice, intervalMilliseconds: slice });
  }
}
