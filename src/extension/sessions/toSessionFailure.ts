import { ClusterError } from '../../core/index';
import type { SessionFailure } from './types';

/** An error as a row of the tree: what happened, and apart from it what to do. */
export function toSessionFailure(error: unknown): SessionFailure {
  if (!(error instanceof ClusterError)) return { message: error instanceof Error ? error.message : String(error) };
  if (error.remedy === undefined) return { message: error.message };
  return { message: error.message.replace(error.remedy, '').trim(), remedy: error.remedy };
}
