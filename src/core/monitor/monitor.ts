import type { Observer } from '../connection/types';
import type { Health } from '../health/types';
import { ClusterError } from '../topology/clusterError';
import type { Topology } from '../topology/types';
import { systemClock, type MonitorClock } from './clock';
import { asError } from './asError';
import { Listeners } from './listeners';
import { observeWithin } from './observeWithin';
import { choosePace } from './pace';
import { PauseDetector } from './pauseDetector';
import { Picture, type MonitorChange, type PastEvent } from './picture';

export type { MonitorChange, PastEvent } from './picture';

export interface MonitorOptions {
  /** From the end of one look to the start of the next; default 2000. */
  intervalMilliseconds?: number;
  /** The same while an operation runs or something is unsettled; default 500. */
  busyIntervalMilliseconds?: number;
  /** A look that takes longer is given up; default 30000. */
  lookTimeoutMilliseconds?: number;
  /** How many events `history` keeps; default 500. */
  historyLength?: number;
  clock?: MonitorClock;
  /** 0 up to 1; spreads the back-off after failed looks. */
  random?: () => number;
}

/**
 * Watches what an observer sees: every 2 s, every 0.5 s while something is unsettled, at once when a connection closes. One
 * look at a time; a failed look is told to `onError`, kept in `lastError` and tried again after a growing pause.
 */
export class Monitor {
  readonly #options;
  readonly #clock: MonitorClock;
  readonly #picture: Picture;
  readonly #pauses: PauseDetector;
  readonly #errors = new Listeners<unknown>(error => process.emitWarning(asError(error)));
  readonly #changes = new Listeners<MonitorChange>(error => this.#errors.tell(error));
  readonly #stopListening: () => void;

  #lastError: unknown;
  #disposed = false;
  #watching = false;
  #busy = false;
  /** Present while a look is in flight. */
  #inFlight: AbortController | undefined;
  #due: { cancel: () => void; delayMilliseconds: number } | undefined;
  /** Want a look that starts after they asked. */
  #waiters: Waiter[] = [];
  #lookAgain = false;
  #quickLooks = 0;
  #looksAfterPause = 0;
  #stoodStill = false;
  #cancelBeat: (() => void) | undefined;
  #failuresInARow = 0;
  #lastLookEnd = -Infinity;
  #lastEvent = -Infinity;

  constructor(
    private readonly observer: Observer,
    options: MonitorOptions = {},
  ) {
    this.#options = { ...DEFAULTS, ...options };
    this.#clock = options.clock ?? systemClock;
    this.#picture = new Picture(this.#options.historyLength);
    this.#pauses = new PauseDetector(this.#clock);
    this.#stopListening = observer.onConnectionClosed(() => this.#connectionClosed());
  }

  /** As the last look that succeeded saw it. */
  get topology(): Topology | undefined {
    return this.#picture.topology;
  }

  /** Of that topology; each problem with the time it was first seen. */
  get health(): Health | undefined {
    return this.#picture.health;
  }

  /** Why the last look failed; undefined after one that succeeded. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** Oldest first, bounded. */
  get history(): readonly PastEvent[] {
    return this.#picture.history;
  }

  /** Called after every look that succeeded. Returns how to stop listening. */
  onChange(listener: (change: MonitorChange) => void): () => void {
    return this.#changes.add(listener);
  }

  /** Called with why a look failed, and with what a listener of `onChange` threw. Returns how to stop listening. */
  onError(listener: (error: unknown) => void): () => void {
    return this.#errors.add(listener);
  }

  /** Looks at once, then again and again until `stop`. */
  start(): void {
    if (this.#watching || this.#disposed) return;
    this.#watching = true;
    if (!this.#inFlight) this.#lookIn(0);
  }

  /** A look in flight still ends and is told. */
  stop(): void {
    this.#watching = false;
    this.#lookAgain = false;
    this.#quickLooks = 0;
    this.#cancelDue();
  }

  /** True while an operation runs. */
  setBusy(busy: boolean): void {
    if (busy === this.#busy) return;
    this.#busy = busy;
    if (busy && this.#watching && !this.#inFlight) this.#lookIn(0);
  }

  /**
   * Looks now, also while stopped, and asks every node whatever its back-off. Never joins a look that had started before
   * the call. Rejects with why the look failed.
   */
  lookNow(): Promise<Topology> {
    if (this.#disposed) return Promise.reject(disposedError());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (!this.#inFlight) void this.#look();
    });
  }

  /** Gives up a look in flight and never looks again. */
  dispose(): void {
    if (this.#disposed) return;
    this.stop();
    this.#disposed = true;
    this.#stopListening();
    this.#changes.clear();
    this.#errors.clear();
    this.#inFlight?.abort(disposedError());
    for (const { reject } of this.#waiters.splice(0)) reject(disposedError());
  }

  #connectionClosed(): void {
    if (!this.#watching) return;
    // One look sees that the node is gone; that it has failed, and who follows it, the cluster decides seconds later.
    this.#quickLooks = QUICK_LOOKS;
    if (this.#inFlight) this.#lookAgain = true;
    else this.#lookIn(0);
  }

  /** Replaces the look that is due. A server that closes every connection must not make look follow look without a gap. */
  #lookIn(milliseconds: number): void {
    this.#cancelDue();
    const sinceLook = this.#clock.monotonic() - this.#lastLookEnd;
    const delayMilliseconds = Math.max(milliseconds, SMALLEST_GAP_MILLISECONDS - sinceLook, 0);
    this.#due = { delayMilliseconds, cancel: this.#clock.after(delayMilliseconds, () => void this.#look()) };
  }

  #cancelDue(): void {
    this.#due?.cancel();
    this.#due = undefined;
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const expected = Math.max(this.#due?.delayMilliseconds ?? 0, this.#options.intervalMilliseconds);
    this.#cancelDue();
    const waiters = this.#waiters.splice(0);
    this.#lookAgain = false;
    if (this.#pauses.pausedSinceMark(expected)) this.#looksAfterPause = LOOKS_AFTER_PAUSE;
    let slept = false;
    let settle: (waiter: Waiter) => void;
    try {
      const fresh = waiters.length > 0 || this.#looksAfterPause > 0;
      const topology = await this.#observe(fresh);
      slept = this.#sleptDuringLook();
      if (!slept) this.#accept(topology, fresh);
      settle = ({ resolve }) => resolve(topology);
    } catch (error) {
      slept = this.#sleptDuringLook();
      if (!slept) this.#fail(error);
      settle = ({ reject }) => reject(asError(error));
    }
    if (slept && !this.#disposed) this.#waiters.unshift(...waiters);
    else waiters.forEach(settle);
    this.#scheduleNext();
  }

  async #observe(fresh: boolean): Promise<Topology> {
    this.#inFlight = new AbortController();
    this.#pauses.mark();
    this.#stoodStill = false;
    this.#beat();
    try {
      return await observeWithin(
        this.observer,
        !fresh,
        this.#inFlight,
        this.#options.lookTimeoutMilliseconds,
        this.#clock,
      );
    } finally {
      this.#cancelBeat?.();
      this.#inFlight = undefined;
      this.#lastLookEnd = this.#clock.monotonic();
    }
  }

  /** How long a look takes does not tell whether this process stood still in it; how late the next beat comes does. */
  #beat(): void {
    this.#cancelBeat = this.#clock.after(BEAT_MILLISECONDS, () => {
      this.#stoodStill ||= this.#pauses.pausedSinceMark(BEAT_MILLISECONDS);
      this.#pauses.mark();
      this.#beat();
    });
  }

  /** What a look saw before and after a sleep is two pictures in one, with deadlines that ran out in between. */
  #sleptDuringLook(): boolean {
    const slept = this.#stoodStill || this.#pauses.pausedSinceMark(BEAT_MILLISECONDS);
    if (slept) {
      this.#looksAfterPause = LOOKS_AFTER_PAUSE;
      this.#lookAgain = true;
    }
    return slept;
  }

  #accept(topology: Topology, askedAll: boolean): void {
    const change = this.#picture.accept(topology, this.#looksAfterPause > 0, askedAll);
    if (this.#looksAfterPause > 0)
      this.#looksAfterPause = topology.answered === topology.asked ? 0 : this.#looksAfterPause - 1;
    if (change.events.length > 0) this.#lastEvent = this.#clock.monotonic();
    this.#failuresInARow = 0;
    this.#lastError = undefined;
    this.#changes.tell(change);
  }

  #fail(error: unknown): void {
    this.#failuresInARow++;
    this.#lastError = error;
    this.#errors.tell(error);
  }

  #scheduleNext(): void {
    this.#pauses.mark();
    if (this.#disposed) return;
    if (this.#waiters.length > 0) return void this.#look();
    if (!this.#watching) return;
    this.#lookIn(this.#lookAgain ? 0 : this.#choosePace());
    this.#quickLooks = Math.max(0, this.#quickLooks - 1);
  }

  #choosePace(): number {
    const facts = {
      busy: this.#busy,
      quickLooks: this.#quickLooks,
      topology: this.topology,
      millisecondsSinceEvent: this.#clock.monotonic() - this.#lastEvent,
      failuresInARow: this.#failuresInARow,
    };
    return choosePace(facts, this.#options, this.#options.random);
  }
}

interface Waiter {
  resolve: (topology: Topology) => void;
  reject: (error: Error) => void;
}

const DEFAULTS = {
  intervalMilliseconds: 2000,
  busyIntervalMilliseconds: 500,
  lookTimeoutMilliseconds: 30_000,
  historyLength: 500,
  random: Math.random,
};

const QUICK_LOOKS = 6;
const SMALLEST_GAP_MILLISECONDS = 100;
const BEAT_MILLISECONDS = 500;

/** After a sleep the connections are dead and the first look may find nobody: its events, and those of the recovery, mean nothing. */
const LOOKS_AFTER_PAUSE = 3;

function disposedError(): ClusterError {
  return new ClusterError('closed', 'This monitor was disposed and looks no more.');
}
