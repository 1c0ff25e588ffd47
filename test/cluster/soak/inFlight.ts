import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { Link } from '../../../src/core/connection/link';

type Method = (this: unknown, ...given: unknown[]) => Promise<unknown>;

/** What the core has asked of servers in this process and has no answer to yet: looks and commands. */
export class InFlight {
  /** Looks begun so far. */
  looks = 0;
  #count = 0;
  #settled: () => void = () => undefined;
  #news = this.#expect();

  /** For the rest of this process: the core tells nobody when it waits, so that its two ways to the servers are counted from outside. */
  install(): void {
    this.#watch(ClusterConnections.prototype, 'look', () => this.looks++);
    this.#watch(Link.prototype, 'exchange');
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Resolves when nothing is under way any more. */
  news(): Promise<void> {
    return this.#news;
  }

  #expect(): Promise<void> {
    return new Promise(resolve => (this.#settled = resolve));
  }

  #watch(prototype: object, name: string, begun: () => unknown = () => undefined): void {
    const methods = prototype as Record<string, Method>;
    const method = methods[name]!;
    const [enter, leave] = [() => this.#count++, () => this.#leave()];
    methods[name] = function (...given) {
      begun();
      enter();
      return method.apply(this, given).finally(leave);
    };
  }

  #leave(): void {
    if (--this.#count > 0) return;
    this.#settled();
    this.#news = this.#expect();
  }
}
