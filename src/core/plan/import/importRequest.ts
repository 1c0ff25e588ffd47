import type { ImportFacts } from './importFacts';

export interface ImportRequest {
  /** What `client.inspectImportSource` found beside the same topology. */
  facts: ImportFacts;
  /**
   * What to do with a key that the cluster has with another value: `stop` (the default: the import ends there, what was
   * imported stays), `skip` (the cluster's stays) or `replace`. The same value is no conflict.
   */
  conflict?: 'stop' | 'skip' | 'replace' | undefined;
  /** Only keys whose names match, a pattern as of SCAN MATCH: `user:*`. */
  pattern?: string | undefined;
  /** Default: every one that holds keys, to the one with the same number. */
  databases?: readonly { source: number; target: number }[] | undefined;
  /** How much later, in milliseconds at p99, clients of either side may be answered; default 20, 0: as fast as it goes. */
  latencyMilliseconds?: number | undefined;
  /** Compare every key at the end, or some; default all up to a million keys. Whether it is there is looked for either way. */
  verify?: 'all' | 'sample' | undefined;
}
