import { ClusterError, type ErrorFacts } from '../topology/clusterError';
import { describeHolder } from './describeHolder';

interface OperationFacts extends ErrorFacts {
  notes?: readonly string[];
  operationId?: string;
}

/** An operation that did not reach its end: what happened where, what was put back and what was not, what to do. */
export class OperationError extends ClusterError {
  override name = 'OperationError' as const;
  /** What was put back, what could not be; whole sentences. Also part of the message. */
  readonly notes: readonly string[];

  /** The other operation that is in the way. */
  readonly operationId: string | undefined;

  constructor(code: string, what: string, { notes = [], operationId, ...facts }: OperationFacts = {}) {
    super(code, what, facts);
    this.notes = notes;
    this.operationId = operationId;
  }
}

/** The nodes are no longer what the plan was made from. Nothing was changed. */
export class StalePlanError extends ClusterError {
  override name = 'StalePlanError' as const;

  constructor(
    /** Whole sentences; one at least. */
    readonly differences: readonly string[],
  ) {
    super('stalePlan', `The nodes changed since the plan was made. ${differences.join(' ')}`, {
      now: 'Nothing was changed.',
      remedy: 'Make the plan again from what the nodes say now.',
    });
  }
}

/** Who holds the nodes. */
export interface LockHolder {
  operationId: string;
  title: string;
  /** ISO 8601. */
  since: string;
  processId: number;
  host: string;
}

/** Another operation, alive, works on one of the nodes. Nothing was changed. */
export class LockedError extends ClusterError {
  override name = 'LockedError' as const;

  constructor(
    readonly holder: LockHolder | undefined,
    remedy = 'Wait until it has ended, or cancel it there.',
  ) {
    const what = holder
      ? `Another operation works on these nodes: "${holder.title}", in ${describeHolder(holder)}.`
      : 'Another process is about to lock nodes and does not finish.';
    super('locked', what, { now: 'Nothing was changed.', remedy });
  }
}
