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
  #free: number;
  #outside = 0;

  constructor(atOnce: number, mostOutside = 0) {
    this.#free = atOnce;
    this.#mostOutside = mostOutside;
  }

  async run<T>(task: (outside: WaitOutside) => Promise<T>): Promise<T> {
    let hasTurn = true;
    const outside: WaitOutside = async waiting => {
      if ((await isBrief(waiting)) || this.#outside >= this.#mostOutside) return waiting;
      this.#outside++;
      hasTurn = false;
      this.#pass();
      try {
        const result = await waiting;
        await this.#take('first');
        hasTurn = true;
        return result;
      } finally {
        this.#outside--;
      }
    };
    await this.#take('last');
    try {
      return await task(outside);
    } finally {
      if (hasTurn) this.#pass();
    }
  }

  async #take(place: 'first' | 'last'): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>(resolve => this.#waiting[place === 'first' ? 'unshift' : 'push'](resolve));
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
