const FIRST_WAIT_MILLISECONDS = 250;
const LONGEST_WAIT_MILLISECONDS = 5000;

/** When nodes that failed may be dialled again: after 250 ms, 500 ms, ... 5 s, each shortened by up to half at random. */
export class BackOff {
  readonly #failures = new Map<string, { count: number; retryAtMilliseconds: number }>();

  /** `random` gives 0 to 1, as Math.random does. */
  constructor(private readonly random: () => number = Math.random) {}

  failed(address: string, nowMilliseconds: number): void {
    const count = (this.#failures.get(address)?.count ?? 0) + 1;
    // Doubling stops long before 2 ** count overflows.
    const longest = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** Math.min(count - 1, 10));
    // Nodes that failed together are not all dialled again together.
    const wait = longest * (1 - this.random() / 2);
    this.#failures.set(address, { count, retryAtMilliseconds: nowMilliseconds + wait });
  }

  forget(address: string): void {
    this.#failures.delete(address);
  }

  isWaiting(address: string, nowMilliseconds: number): boolean {
    return nowMilliseconds < (this.#failures.get(address)?.retryAtMilliseconds ?? -Infinity);
  }
}
