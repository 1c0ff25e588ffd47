import { poll, type PollOptions } from '../../connection/poll';

/**
 * `poll`, quick at first and slower as it takes longer: what takes a moment is seen at once, what takes minutes is not
 * disturbed.
 */
export function watch<T>(
  look: (elapsedMilliseconds: number) => Promise<T | undefined>,
  options: Omit<PollOptions, 'intervalMilliseconds'>,
): Promise<T | undefined> {
  const intervalMilliseconds = (elapsed: number): number =>
    Math.min(longestInterval, Math.max(shortestInterval, elapsed / 20));
  return poll(look, { ...options, intervalMilliseconds });
}

const shortestInterval = 5;
const longestInterval = 250;
