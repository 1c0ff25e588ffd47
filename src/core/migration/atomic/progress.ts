/** Server-side moves end by themselves when nothing comes through (repl-timeout, 60 s by default); this is for one that hangs. */
const patienceMilliseconds = 90_000;
/** A server that is busy or restarts may miss some looks; what it moves goes on meanwhile. */
const silenceMilliseconds = 20_000;

/** Tells whether something still moves, by anything about it that changes. */
export class Progress {
  #last = '';
  #since = performance.now();
  #heard = performance.now();

  /** Called with each look. */
  saw(state: string): void {
    this.#heard = performance.now();
    if (state === this.#last) return;
    this.#last = state;
    this.#since = this.#heard;
  }

  /** Whole seconds without any change, once that is too long; else undefined. */
  get stalledSeconds(): number | undefined {
    const stalled = performance.now() - this.#since;
    return stalled > patienceMilliseconds ? Math.round(stalled / 1000) : undefined;
  }

  /** The server has not answered for too long. */
  get isSilent(): boolean {
    return performance.now() - this.#heard > silenceMilliseconds;
  }
}
