import type { Operation } from '../../core/index';

/** Not at its end yet: it may still change the cluster. */
export function isRunning({ state }: Pick<Operation, 'state'>): boolean {
  return ['running', 'pausing', 'paused', 'cancelling'].includes(state);
}
