import type { FailedLook, Look } from './types';

/** The looks that failed, each to be matched with the node it was for. */
export class LookFailures {
  readonly #all: readonly FailedLook[];
  readonly #byId = new Map<string, FailedLook>();
  readonly #byAddress = new Map<string, FailedLook>();
  readonly #taken = new Set<string>();

  constructor(looks: readonly Look[]) {
    this.#all = looks
      .flatMap(look => ('failure' in look ? [look.failure] : []))
      .sort((a, b) => compare(a.address, b.address) || compare(a.message, b.message));
    for (const failure of this.#all) {
      if (failure.nodeId !== undefined) this.#byId.set(failure.nodeId, failure);
      this.#byAddress.set(failure.address, failure);
    }
  }

  /** The failure of the node with this id or one of these addresses; it then belongs to that node. */
  take(id: string, addresses: readonly string[]): FailedLook | undefined {
    const failure =
      this.#byId.get(id) ?? addresses.map(address => this.#byAddress.get(address)).find(known => known !== undefined);
    for (const taken of [failure?.address, ...addresses]) if (taken !== undefined) this.#taken.add(taken);
    return failure;
  }

  /** Failures no node was found for, one per address. */
  rest(): FailedLook[] {
    return [...this.#byAddress.values()].filter(failure => !this.#taken.has(failure.address));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
