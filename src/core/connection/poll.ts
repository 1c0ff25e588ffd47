import { setTimeout as wait } from 'node:timers/promises';

export interface PollOptions {
  signal?: AbortSignal;
  timeoutMilliseconds: number;
  /** Default 20; a function of what has passed since the first look. */
  intervalMilliseconds?: number | ((elapsedMilliseconds: number) => number);
}

/**
 * Asks again until the answer is not undefined and gives that; undefined when the time ran out. At least one look is
 * made. Rejects with the signal's reason as soon as it aborts, and with whatever `look` throws.
 */
export async function poll<T>(
  look: (elapsedMilliseconds: number) => Promise<T | undefined>,
  { signal, timeoutMilliseconds, intervalMilliseconds = 20 }: PollOptions,
): Promise<T | undefined> {
  const start = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const answer = await look(performance.now() - start);
    if (answer !== undefined) return answer;
    const elapsed = performance.now() - start;
    if (elapsed >= timeoutMilliseconds) return undefined;
    await pause(
      typeof intervalMilliseconds === 'number' ? intervalMilliseconds : intervalMilliseconds(elapsed),
      signal,
    );
  }
}

// The timer's own rejection would be an AbortError; the reason says who wanted it.
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
