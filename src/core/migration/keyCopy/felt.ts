import type { NodeConnection } from '../../connection/types';
import { LatencyWatch } from '../latencyWatch';
import { Pace } from '../pace';

/** How much one server may get in one go. */
export interface Felt {
  pace: Pace;
  close(): void;
}

/** With a bound it feels, over a connection of its own, what the server's clients feel. */
export function feel(latencyMilliseconds: number, open: () => NodeConnection): Felt {
  if (latencyMilliseconds === 0)
    return {
      pace: new Pace(0, { p99Milliseconds: () => undefined, forget: () => undefined }),
      close: () => undefined,
    };
  const watch = new LatencyWatch([open()]);
  return { pace: new Pace(latencyMilliseconds, watch), close: () => watch.close() };
}

/** In shares that may go at once: bounded by keys and by bytes; a key that is larger than that goes alone. */
export function inBursts<Key extends { bytes: number }>(keys: readonly Key[], pace: Pace): Key[][] {
  const bursts: Key[][] = [];
  let bytes = Infinity;
  for (const key of keys) {
    const last = bursts.at(-1);
    if (last && last.length < pace.keysPerBurst && bytes + key.bytes <= pace.bytesPerBurst) {
      last.push(key);
      bytes += key.bytes;
    } else {
      bursts.push([key]);
      bytes = key.bytes;
    }
  }
  return bursts;
}
