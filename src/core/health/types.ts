import type { Mend } from './resilienceTypes';

export type HealthStatus = 'ok' | 'degraded' | 'failing';

/** Something a person should know or do, worst first in lists. */
export interface Problem {
  /** Stable: `slotsUncovered`, `masterFailed`, `replicaDown`, ... */
  code: string;
  severity: 'error' | 'warning';
  /** A whole sentence that names nodes, slots and hosts. */
  text: string;
  /** When it was first seen, milliseconds since 1970. `health` fills it with the time of the look; the monitor keeps the first. */
  sinceMilliseconds: number;
  nodeIds: readonly string[];
  /** What mends it, a whole sentence. */
  remedy: string;
  /** The action that does, where there is one. */
  mend?: Mend;
}

export interface Health {
  status: HealthStatus;
  /** Worst first. */
  problems: readonly Problem[];
}
