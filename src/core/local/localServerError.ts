import { ClusterError, type ErrorFacts } from '../topology/clusterError';

export type LocalServerErrorCode =
  | 'unsupportedPlatform'
  | 'notAServer'
  | 'invalidOptions'
  | 'noFreePorts'
  | 'portInUse'
  | 'directoryInUse'
  | 'startFailed'
  | 'unknownPort'
  | 'notRunning'
  | 'paused'
  | 'stillRunning'
  | 'closed'
  | 'dockerFailed';

/** A local server could not be found, started, signalled or stopped. */
export class LocalServerError extends ClusterError {
  override name = 'LocalServerError' as const;

  constructor(
    override readonly code: LocalServerErrorCode,
    what: string,
    facts?: ErrorFacts,
  ) {
    super(code, what, facts);
  }
}
