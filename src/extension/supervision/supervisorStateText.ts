import { l10n } from 'vscode';
import { describeSupervisorState, type Supervisor } from '../../core/index';

/** What it does now, whole sentences. All is well only where the cluster has no problem at all: it heals some, not all. */
export function supervisorStateText(state: Supervisor['state'], problems: number): string {
  if (state.kind !== 'healthy') return describeSupervisorState(state);
  if (problems === 0) return l10n.t('All is well.');
  return problems === 1
    ? l10n.t('1 problem, not one it heals.')
    : l10n.t('{0} problems, none that it heals.', problems);
}
