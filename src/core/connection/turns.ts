import { withDeadline } from './deadline';

/** Waits for something that is no work here. Settles as it does. */
export type WaitOutside = <T>(waiting: Promise<T>) => Promise<T>;

/** What is waited for longer lets others have the turn: a server that is there answers in less, but from the other side of the world. */
const MOMENT_MILLISECONDS = 250;

/**
 * Lets so many tasks run at once; the others wait for their turn, first come first served. `mostOutside` more, which wait
 * outside for longer than a moment, do so beside these.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #mostOutside: number;
  /** Have the turn, and would give it away if there were a place outside. */
  readonly #leaving = new Set<() => void>();
  #free: number;
  #outside = 0;

  constructor(atOnce: number, mostOutside = 0) {
    this.#free = atOnce;
    this.#mostOutside = mostOutside;
  }

  async run<T>(task: (outside: WaitOutside) => Promise<T>): Promise<T> {
    let hasTurn = true;
    const leave = (): void => {
      hasTurn = false;
      this.#outside++;
      this.#pass();
    };
    const outside: WaitOutside = async waiting => {
      if (await isBrief(waiting)) return waiting;
      this.#leaving.add(leave);
      this.#letOut();
      try {
        return await waiting;
      } finally {
        this.#leaving.delete(leave);
        if (!hasTurn) this.#outside--;
        this.#letOut();
      }
    };
    const goOutside: WaitOutside = async waiting => {
      const result = await outside(waiting);
      if (!hasTurn) await this.#take('first');
      hasTurn = true;
      return result;
    };
    await this.#take('last');
    try {
      return await task(goOutside);
    } finally {
      if (hasTurn) this.#pass();
    }
  }

  async #take(place: 'first' | 'last'): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>(resolve => this.#waiting[place === 'first' ? 'unshift' : 'push'](resolve));
  }

  #letOut(): void {
    for (const leave of this.#leaving) {
      if (this.#outside >= this.#mostOutside) return;
      this.#leaving.delete(leave);
      leave();
    }
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

async function isBrief(waiting: Promise<unknown>): Promise<boolean> {
  const over = waiting.then(
    () => true,
    () => true,
  );
  return withDeadline(over, MOMENT_MILLISECONDS, () => undefined).catch(() => false);
}
