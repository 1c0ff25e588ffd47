import { ClusterError } from '../topology/clusterError';

/** What happened, without what is true now and what to do: for an error that says these two anew. */
export function whatOf(error: unknown): string {
  if (error instanceof ClusterError) return error.what;
  return error instanceof Error ? error.message : String(error);
}
