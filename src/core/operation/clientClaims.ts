import { hostname } from 'node:os';
import { journaled } from './journaled';
import { LockedError, type LockHolder } from './operationError';
import type { Journal, LockClaim, OperationLock } from './types';

/** What one client works on. The journal's lock excludes other processes and clients; without one, a client still excludes itself. */
export class ClientClaims {
  readonly #claims = new Set<{ holder: LockHolder; nodeIds: readonly string[] }>();

  /** Who of this client works on one of the nodes. */
  rivalOf(nodeIds: readonly string[]): LockHolder | undefined {
    const wanted = new Set(nodeIds);
    return [...this.#claims].find(claim => claim.nodeIds.some(id => wanted.has(id)))?.holder;
  }

  /** Notes what an operation works on, until the function it gives is called. */
  note({ operationId, title, nodeIds }: LockClaim, since = new Date().toISOString()): () => void {
    const claim = { holder: { operationId, title, since, processId: process.pid, host: hostname() }, nodeIds };
    this.#claims.add(claim);
    return () => void this.#claims.delete(claim);
  }

  /** Takes nodes here and in the journal. Throws a LockedError that names who has one of them, or what `journal.lock` throws. */
  async take(claim: LockClaim, journal: Journal | undefined): Promise<OperationLock> {
    const rival = this.rivalOf(claim.nodeIds);
    if (rival) throw new LockedError(rival);
    const forget = this.note(claim);
    try {
      const lock = await journaled(journal?.lock(claim));
      return {
        release: async () => {
          forget();
          await lock?.release();
        },
      };
    } catch (error) {
      forget();
      throw error;
    }
  }
}
