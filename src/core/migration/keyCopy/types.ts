import type { MigrationNodes } from '../types';

/** A key of the source, with the bytes of memory it takes (estimated by the server). */
export interface FoundKey {
  key: Buffer;
  slot: number;
  bytes: number;
}

/** A key with its value, as DUMP gives it. */
export interface ReadKey extends FoundKey {
  dump: Buffer;
  /** Milliseconds: since 1970 where both sides tell that, else what is left; 0: it does not expire. */
  expiry: number;
}

/** What to do with a key that the cluster has already with another value. */
export type ConflictRule = 'stop' | 'skip' | 'replace';

/** Keys of one database of the source go to one of the cluster. */
export interface DatabasePair {
  source: number;
  target: number;
}

/** What copying and comparing get beside the keys. */
export interface KeyCopyContext {
  readonly nodes: MigrationNodes;
  /** The address of the master of each slot as the nodes say now; a slot nobody serves is missing. */
  readonly owners: () => Promise<ReadonlyMap<number, string>>;
  /** How much later, in milliseconds at p99, clients of either side may be answered; 0: as fast as it goes. */
  readonly latencyMilliseconds: number;
  readonly signal: AbortSignal;
  /** Between two batches: waits while the operation is paused; rejects with the reason of a cancel. */
  readonly safePoint: () => Promise<void>;
  /** What happens now, a whole sentence. */
  readonly report: (message: string) => void;
  /** What the user should know afterwards though nothing failed; a whole sentence. */
  readonly note: (text: string) => void;
}
