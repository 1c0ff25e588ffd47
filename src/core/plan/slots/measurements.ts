import type { MigrationEngine } from '../types';

/** What shall be even over the masters. */
export type SlotMeasure = 'slots' | 'keys' | 'memory' | 'load';

/** What a planner of slot moves needs beyond the topology; the client measures it (`client.measureSlots`). Plain data. */
export interface SlotMeasurements {
  /** Keys per slot, 16,384 numbers; -1 where they were not counted. */
  keys: readonly number[];
  /** Estimated bytes per slot; absent when not asked for. -1 where nothing is known. */
  bytes?: readonly number[];
  /** Load per slot in any unit that adds up (CPU time, operations); absent when not asked for. -1 where nothing is known. */
  load?: readonly number[];
  /** Node id -> how its numbers were got. */
  sources: Readonly<Record<string, MeasurementSource>>;
  /** Node id -> the engines its server has, best first; `classic` is always among them. */
  engines: Readonly<Record<string, readonly MigrationEngine[]>>;
  /** Keys that would stop their server for long while they move, the largest first. */
  bigKeys: readonly BigKey[];
  /** The shortest cluster-node-timeout of the masters; absent when it cannot be read. */
  nodeTimeoutMilliseconds?: number;
}

/** `slotStats`: CLUSTER SLOT-STATS; `counted`: COUNTKEYSINSLOT; `sampled`: keys picked by random; `spread`: the node's total by keys. */
export interface MeasurementSource {
  keys: 'slotStats' | 'counted';
  bytes?: 'slotStats' | 'sampled' | 'spread';
  load?: 'slotStats' | 'spread';
}

export interface BigKey {
  /** Id of the node that holds it. */
  nodeId: string;
  slot: number;
  /** As text; bytes that are no text are escaped. */
  name: string;
  bytes: number;
  /** How long a classic move of it stops both servers, estimated. */
  blockMilliseconds: number;
}
