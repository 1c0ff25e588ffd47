import { setTimeout as wait } from 'node:timers/promises';

export interface WatchOptions {
  signal?: AbortSignal;
  timeoutMilliseconds: number;
}

/**
 * Looks again until the answer is not undefined and gives that; undefined when the time ran out. Quick at first, slower as it
 * takes longer: what takes a moment is seen at once, what takes minutes is not disturbed. Rejects with the signal's reason
 * as soon as it aborts, and with whatever `look` throws.
 */
export async function watch<T>(
  look: (elapsedMilliseconds: number) => Promise<T | undefined>,
  { signal, timeoutMilliseconds }: WatchOptions,
): Promise<T | undefined> {
  const start = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const answer = await look(performance.now() - start);
    if (answer !== undefined) return answer;
    const elapsed = performance.now() - start;
    if (elapsed >= timeoutMilliseconds) return undefined;
    await pause(Math.min(longestInterval, Math.max(shortestInterval, elapsed / 20)), signal);
  }
}

const shortestInterval = 5;
const longestInterval = 250;

// The timer's own rejection would be an AbortError; the reason says who wanted it.
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
