/** Its bytes, where they are no text. */
export type Key = string | Buffer;

/** Keys of one slot for one MIGRATE: a cluster refuses keys of several. */
export interface Batch {
  slot: number;
  keys: readonly Key[];
}
