import { ClusterError } from '../topology/clusterError';

/** What happened, without what is true now and what to do: for an error that says these two anew. */
export function whatOf(error: unknown): string {
  if (!(error instanceof ClusterError)) return error instanceof Error ? error.message : String(error);
  let what = error.message;
  for (const part of [error.remedy, error.now]) {
    if (part && what.endsWith(part)) what = what.slice(0, -part.length).trimEnd();
  }
  return what;
}
