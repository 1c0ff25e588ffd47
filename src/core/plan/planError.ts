import { ClusterError, type ErrorFacts } from '../topology/clusterError';

/** A request that cannot be planned: says why and what would make it possible. Nothing was changed. */
export class PlanError extends ClusterError {
  override name = 'PlanError' as const;

  constructor(code: string, what: string, facts: ErrorFacts = {}) {
    super(code, what, { now: 'Nothing was changed.', ...facts });
  }
}
