import type { Topology } from '../topology/types';

/**
 * What one client saw of elections since its first look. Every promotion by vote gives its winner a config epoch above all
 * others, so a look that shows no newer epoch proves that there was none since the look before.
 */
export class ElectionHistory {
  /** From here on nothing can have gone unseen. In the time of `performance.now()`, as all times here. */
  #certainSince: number | undefined;
  #highestEpoch = 0;
  readonly #epochs = new Map<string, number>();
  /** Node id -> the latest moment at which it can have been elected. */
  readonly #elected = new Map<string, number>();
  readonly #attempted = new Map<string, number>();

  /** Takes in what a look showed. */
  note({ nodes }: Topology, now = performance.now()): void {
    const masters = nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
    if (masters.length === 0) return;
    const before = this.#highestEpoch;
    const risen = masters.filter(({ id, configEpoch }) => configEpoch > Math.max(before, this.#epochs.get(id) ?? 0));
    for (const { id, configEpoch } of masters) this.#epochs.set(id, configEpoch);
    this.#highestEpoch = Math.max(before, ...masters.map(({ configEpoch }) => configEpoch));
    // More epochs than winners: somebody was elected and replaced again between two looks.
    if (this.#certainSince === undefined || this.#highestEpoch > before + risen.length) this.#certainSince = now;
    else for (const { id } of risen) this.#elected.set(id, now);
  }

  /** This client has asked a node to stand for election. */
  noteAttempt(nodeId: string, now = performance.now()): void {
    this.#attempted.set(nodeId, now);
  }

  /** For how long the node was certainly not elected, as far as looks tell; right only just after one. */
  quietMilliseconds(nodeId: string, now = performance.now()): number {
    if (this.#certainSince === undefined) return 0;
    return now - Math.max(this.#certainSince, this.#elected.get(nodeId) ?? -Infinity);
  }

  /** How long ago this client asked it, undefined when it never did. */
  attemptedMillisecondsAgo(nodeId: string, now = performance.now()): number | undefined {
    const at = this.#attempted.get(nodeId);
    return at === undefined ? undefined : now - at;
  }
}
