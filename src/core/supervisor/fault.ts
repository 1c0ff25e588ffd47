import { LockedError, StalePlanError } from '../operation/operationError';
import { whatOf } from '../operation/whatOf';
import { ClusterError } from '../topology/clusterError';

/** Why something could not be done, as a blocked state tells it. */
export interface Fault {
  code: string;
  /** Whole sentences. */
  reason: string;
  /** Whole sentences, or empty. */
  remedy: string;
  /** The node it happened on, `host:port`. */
  node?: string;
}

export function faultOf(error: unknown): Fault {
  if (!(error instanceof ClusterError)) return { code: 'internal', reason: sentence(whatOf(error)), remedy: '' };
  const { code, now, remedy, node } = error;
  return {
    ...(node !== undefined && { node }),
    code,
    reason: [sentence(whatOf(error)), now].filter(Boolean).join(' '),
    remedy: remedy ?? '',
  };
}

/** Refused before anything was changed, for a reason that can pass: it may be tried again. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof StalePlanError || error instanceof LockedError) return true;
  return error instanceof ClusterError && ['interruptedOperation', 'journalNotWritable'].includes(error.code);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
