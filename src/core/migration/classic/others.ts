import type { CommandWords } from '../../connection/types';
import { ClusterError } from '../../topology/clusterError';
import { accepted, type End } from './end';

/** More masters than these are left to gossip, which the new owner begins at once: telling them all costs more than it saves. */
const MOST_TOLD = 8;

/**
 * Masters that have no part in a move. They learn of it by gossip; told at once they agree at once. Nobody waits for one that
 * cannot be told, which is noted once.
 */
export class Others {
  readonly #ends: readonly End[];
  readonly #owner: End;
  readonly #note: (text: string) => void;
  readonly #telling = new Map<End, Promise<void>>();
  readonly #deaf = new Set<End>();

  constructor(ends: readonly End[], owner: End, note: (text: string) => void) {
    this.#ends = ends.length > MOST_TOLD ? [] : ends;
    this.#owner = owner;
    this.#note = note;
  }

  /** Returns at once. */
  tell(slots: readonly number[]): void {
    const commands = slots.map((slot): CommandWords => ['CLUSTER', 'SETSLOT', slot, 'NODE', this.#owner.id]);
    for (const end of this.#ends)
      this.#telling.set(
        end,
        (this.#telling.get(end) ?? Promise.resolve()).then(() => this.#tellOne(end, commands)),
      );
  }

  /** When all have been told, or could not be. */
  async finished(): Promise<void> {
    await Promise.all(this.#telling.values());
  }

  async #tellOne(end: End, commands: readonly CommandWords[]): Promise<void> {
    if (this.#deaf.has(end)) return;
    try {
      accepted(await end.tell(commands, { lane: 0 }));
    } catch (error) {
      this.#deaf.add(end);
      this.#note(
        `${end.address} could not be told who owns the slots now and learns it from the others. ${error instanceof ClusterError ? error.what : String(error)}`,
      );
    }
  }
}
