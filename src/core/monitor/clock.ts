/** Time as the monitor uses it; tests bring their own. */
export interface MonitorClock {
  /** Milliseconds since some moment; never set back, and on Linux standing still while the machine sleeps. */
  monotonic(): number;
  /** Milliseconds since 1970; jumps when the clock is set, and over a sleep. */
  wall(): number;
  /** Calls back once. Returns how to cancel it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: MonitorClock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
