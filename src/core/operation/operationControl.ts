import { setMaxListeners } from 'node:events';
import type { Plan } from '../plan/types';
import type { NodeProgress, Operation, OperationProgress, OperationResult, OperationState } from './types';

/** Thrown out of a step's waits by a cancel. */
export class Cancelled extends Error {
  override name = 'Cancelled' as const;
}

/** At most this often within a step; every step and state shows. */
const reportIntervalMilliseconds = 100;

/** State, progress and the buttons of an operation; the runner drives it, callers hold it as an Operation. */
export class OperationControl implements Operation {
  readonly startedAt = new Date().toISOString();
  readonly finished: Promise<OperationResult>;
  readonly #cancelling = new AbortController();
  readonly #onProgress: ((progress: OperationProgress) => void) | undefined;
  #progress: OperationProgress = {
    state: 'pending',
    stepIndex: 0,
    message: 'Waiting to begin.',
    fraction: 0,
    nodes: [],
  };
  #pauseWanted = false;
  /** What was told last before a pause, or while it was waited for: it goes on with that. */
  #doing = '';
  /** Moves side by side wait side by side. */
  readonly #waiting = new Set<() => void>();
  /** Pieces of work that no pause stops before their end. */
  #inFlight = 0;
  #lastReport = -Infinity;

  constructor(
    readonly id: string,
    readonly plan: Plan,
    options: { signal?: AbortSignal; onProgress?: (progress: OperationProgress) => void },
    run: (control: OperationControl) => Promise<OperationResult>,
  ) {
    this.#onProgress = options.onProgress;
    // As many waits listen to it as a step has nodes.
    setMaxListeners(0, this.signal);
    const { signal } = options;
    const cancel = (): void => this.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) this.cancel();
    // Begins after the caller has the operation in hand: no progress comes before that.
    this.finished = Promise.resolve()
      .then(() => run(this))
      .finally(() => signal?.removeEventListener('abort', cancel));
    // Nobody has to listen; whoever does still gets the error.
    this.finished.catch(() => undefined);
  }

  get state(): OperationState {
    return this.#progress.state;
  }

  get progress(): OperationProgress {
    return this.#progress;
  }

  /** Aborts, with a Cancelled as its reason, when a cancel is wanted. */
  get signal(): AbortSignal {
    return this.#cancelling.signal;
  }

  pause(): void {
    if (this.state !== 'running' && this.state !== 'pending') return;
    this.#pauseWanted = true;
    this.#doing = this.progress.message;
    this.update({ state: 'pausing', message: 'Pausing after the step in flight.' });
  }

  resume(): void {
    if (!this.#pauseWanted) return;
    this.#pauseWanted = false;
    if (this.state === 'pausing' || this.state === 'paused') this.update({ state: 'running', message: this.#doing });
    this.#wakeAll();
  }

  cancel(): void {
    if (this.#cancelling.signal.aborted || isOver(this.state)) return;
    this.#pauseWanted = false;
    // First, for the listener may call this again.
    this.#cancelling.abort(new Cancelled('The operation was cancelled.'));
    this.update({ state: 'cancelling', message: 'Cancelling.' });
    this.#wakeAll();
  }

  /** Between two steps: throws after a cancel, waits while a pause is wanted. True when it waited. */
  async safePoint(): Promise<boolean> {
    const waited = this.#pauseWanted;
    while (this.#pauseWanted) {
      // First, for the listener may resume at once.
      const woken = new Promise<void>(resolve => this.#waiting.add(resolve));
      this.#tellPaused();
      await woken;
    }
    this.signal.throwIfAborted();
    return waited;
  }

  /** Work behind a safe point that may run beside other such work: it is paused when none of it runs any more. */
  async inFlight<T>(work: () => Promise<T>): Promise<T> {
    await this.safePoint();
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#inFlight--;
      if (this.#pauseWanted && this.#waiting.size > 0) this.#tellPaused();
    }
  }

  /** A change of state or step, told at once. */
  update(change: Partial<OperationProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#tell();
  }

  /** Progress within a step, told now and then. */
  report(message: string, fraction: number): void {
    this.#doing = message;
    // A step never seems to go back.
    this.#progress = { ...this.#progress, message, fraction: Math.max(fraction, this.#progress.fraction) };
    if (performance.now() - this.#lastReport >= reportIntervalMilliseconds) this.#tell();
  }

  /** How the step in flight fares with one node. */
  reportNode(address: string, state: NodeProgress['state']): void {
    const { nodes } = this.#progress;
    const isKnown = nodes.some(node => node.address === address);
    const changed = nodes.map(node => (node.address === address ? { address, state } : node));
    this.#progress = { ...this.#progress, nodes: isKnown ? changed : [...nodes, { address, state }] };
    if (performance.now() - this.#lastReport >= reportIntervalMilliseconds) this.#tell();
  }

  #tellPaused(): void {
    if (this.#inFlight === 0) this.update({ state: 'paused', message: 'Paused.' });
  }

  #wakeAll(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #tell(): void {
    this.#lastReport = performance.now();
    try {
      this.#onProgress?.(this.#progress);
    } catch {
      // A listener's defect must not stop an operation halfway.
    }
  }
}

function isOver(state: OperationState): boolean {
  return state === 'completed' || state === 'cancelled' || state === 'failed';
}
