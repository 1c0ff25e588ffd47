import timersPromises from 'node:timers/promises';

interface Timer {
  dueMilliseconds: number;
  /** Of an interval. */
  everyMilliseconds?: number;
  call: () => void;
}

/** What the clock needs to know of the world that it does not make. */
export interface World {
  /** Something was asked and not answered yet: time passes as it does for everybody. */
  isBusy(): boolean;
  /** Resolves when that may have changed. */
  news(): Promise<void>;
  /** So much time has passed, at most a tenth of a second since it was told last. */
  passed(milliseconds: number): Promise<void>;
}

/**
 * A clock that leaps over waits: while nothing is asked of anybody it goes on to the next timer at once. Timers, `Date` and
 * `performance.now` of this process go by it; sockets, their own time limits and files are as they always are.
 */
export class LeapingClock {
  readonly #real = { setTimeout, setImmediate, clearTimeout, clearInterval, now: performance.now.bind(performance) };
  readonly #origin = Date.now() - performance.now();
  readonly #timers = new Map<object, Timer>();
  #leaptMilliseconds = 0;
  #toldMilliseconds = 0;

  constructor(private readonly world: World) {}

  /** For the rest of this process. */
  install(): void {
    const wall = (): number => Math.round(this.#origin + this.now());
    globalThis.Date = class extends Date {
      constructor(...given: [] | [string | number | Date]) {
        super(...((given.length === 0 ? [wall()] : given) as [number]));
      }
      static override now(): number {
        return wall();
      }
    } as DateConstructor;
    performance.now = () => this.now();
    const start = (call: (...given: unknown[]) => void, milliseconds = 0, repeats: boolean, given: unknown[]): object =>
      this.#start(() => call(...given), milliseconds, repeats);
    const stop = (handle: object): void => {
      // One that was started before the clock was installed is the system's.
      if (!this.#timers.delete(handle)) this.#real.clearTimeout(handle as NodeJS.Timeout);
    };
    Object.assign(globalThis, {
      setTimeout: (call: () => void, milliseconds?: number, ...given: unknown[]) =>
        start(call, milliseconds, false, given),
      setInterval: (call: () => void, milliseconds?: number, ...given: unknown[]) =>
        start(call, milliseconds, true, given),
      clearTimeout: stop,
      clearInterval: stop,
    });
    timersPromises.setTimeout = (milliseconds, value, { signal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const abort = (): void => {
          this.#timers.delete(handle);
          reject(signal!.reason as Error);
        };
        const handle = this.#start(() => {
          signal?.removeEventListener('abort', abort);
          resolve(value!);
        }, milliseconds ?? 0);
        signal?.addEventListener('abort', abort, { once: true });
      });
  }

  /** Milliseconds since the process began, those leapt over included. */
  now(): number {
    return this.#real.now() + this.#leaptMilliseconds;
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets so much time pass, and what is due in it happen. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now() + milliseconds;
    while (this.now() < end) {
      await this.#settle();
      if (this.world.isBusy()) await Promise.race([this.world.news(), this.realMilliseconds(20)]);
      else this.#leaptMilliseconds += Math.max(0, Math.min(this.#nextDue(), end) - this.now());
      await this.#tell();
      this.#fire();
    }
  }

  /** Lets time pass until nothing is under way. */
  async passUntilIdle(): Promise<void> {
    do await this.pass(10);
    while (this.world.isBusy());
  }

  /** By the clock on the wall. */
  realMilliseconds(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.#real.setTimeout(resolve, milliseconds));
  }

  // What has arrived is read, and what follows from it done, before time goes on.
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => this.#real.setImmediate(resolve));
  }

  async #tell(): Promise<void> {
    const passed = this.now() - this.#toldMilliseconds;
    if (passed < 100) return;
    this.#toldMilliseconds += passed;
    await this.world.passed(passed);
  }

  #nextDue(): number {
    let next = Infinity;
    for (const { dueMilliseconds } of this.#timers.values()) next = Math.min(next, dueMilliseconds);
    return next;
  }

  #fire(): void {
    const now = this.now();
    const due = [...this.#timers].filter(([, { dueMilliseconds }]) => dueMilliseconds <= now);
    for (const [handle, timer] of due.sort(([, one], [, other]) => one.dueMilliseconds - other.dueMilliseconds)) {
      // One before it may have ended it.
      if (!this.#timers.has(handle)) continue;
      if (timer.everyMilliseconds === undefined) this.#timers.delete(handle);
      else timer.dueMilliseconds = now + timer.everyMilliseconds;
      timer.call();
    }
  }

  #start(call: () => void, milliseconds: number, repeats = false): object {
    const wait = Math.max(1, milliseconds);
    const handle = { ref: () => handle, unref: () => handle, hasRef: () => true };
    this.#timers.set(handle, {
      dueMilliseconds: this.now() + wait,
      ...(repeats && { everyMilliseconds: wait }),
      call,
    });
    return handle;
  }
}
