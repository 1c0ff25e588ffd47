import { describeSupervisorState, type Supervisor } from '../../core/index';

/** What it does now, whole sentences. All is well only where the cluster has no problem at all: it heals some, not all. */
export function supervisorStateText(state: Supervisor['state'], problems: number): string {
  if (state.kind !== 'healthy') return describeSupervisorState(state);
  if (problems === 0) return 'All is well.';
  return problems === 1 ? '1 problem, not one it heals.' : `${problems} problems, none that it heals.`;
}
