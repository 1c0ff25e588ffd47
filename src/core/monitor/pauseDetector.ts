import type { MonitorClock } from './clock';

/**
 * Tells whether what was seen last is too old to compare with: the machine slept, the clock was set, the process stood
 * still, or nobody looked for a while.
 */
export class PauseDetector {
  #seen: { monotonic: number; wall: number } | undefined;

  constructor(private readonly clock: MonitorClock) {}

  /** Remembers this moment. */
  mark(): void {
    this.#seen = { monotonic: this.clock.monotonic(), wall: this.clock.wall() };
  }

  /** True when since the last mark the two clocks went apart, or more time passed than `expectedMilliseconds` explains. */
  pausedSinceMark(expectedMilliseconds: number): boolean {
    if (!this.#seen) return false;
    const elapsed = this.clock.monotonic() - this.#seen.monotonic;
    const elapsedOnWall = this.clock.wall() - this.#seen.wall;
    if (Math.abs(elapsedOnWall - elapsed) > SLACK_MILLISECONDS) return true;
    return elapsed > 3 * expectedMilliseconds + SLACK_MILLISECONDS;
  }
}

const SLACK_MILLISECONDS = 5000;
