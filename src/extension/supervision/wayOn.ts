import type { Supervisor } from '../../core/index';

/**
 * What a person can do for a supervisor that is blocked: let it go on after a failure or at a limit, or have it ask again
 * what was declined. Undefined where only the cluster, or time, can help.
 */
export function wayOn(supervisor: Pick<Supervisor, 'state' | 'remember'>): 'goOn' | 'askAgain' | undefined {
  const { state } = supervisor;
  if (state.kind !== 'blocked') return undefined;
  if (state.code === 'declined') return 'askAgain';
  const isAtLimit = state.code === 'actsPerHour' || state.code === 'notFlapping';
  return isAtLimit || supervisor.remember().failure?.code === state.code ? 'goOn' : undefined;
}
