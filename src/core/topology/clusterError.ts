/** What every error of the core can tell a person at 3 a.m. */
export interface ErrorFacts {
  /** The node it happened on, `host:port`. */
  node?: string | undefined;
  /** What is true now: "Nothing was changed.", "Slot 1204 is still on 127.0.0.1:7001; nothing was lost." */
  now?: string | undefined;
  /** What the reader can do about it. */
  remedy?: string | undefined;
  /** Where several things stand in the way: each by itself, whole sentences with what to do about it. */
  reasons?: readonly string[] | undefined;
  cause?: unknown;
}

/**
 * The base of every error the core throws on purpose. `message` is whole sentences a user can be shown as they are:
 * what happened, to which node, what is true now, what to do.
 */
export class ClusterError extends Error {
  override name = 'ClusterError';
  readonly node: string | undefined;
  readonly now: string | undefined;
  readonly remedy: string | undefined;
  readonly reasons: readonly string[];

  constructor(
    /** Stable, machine-readable: `wrongPassword`, `notEmpty`, ... */
    readonly code: string,
    /** What happened, without what is true now and what to do. */
    readonly what: string,
    { node, now, remedy, reasons = [], cause }: ErrorFacts = {},
  ) {
    super([what, now, remedy].filter(Boolean).join(' '), { cause });
    this.node = node;
    this.now = now;
    this.remedy = remedy;
    this.reasons = reasons;
  }
}
