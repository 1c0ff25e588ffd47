import { l10n } from 'vscode';
import type { JournaledOperation, Operation, OperationState } from '../../core/index';
import type { ContextWord } from './contextWords';
import type { RowIcon } from './elements';

type Shown = Pick<Operation, 'state' | 'progress'>;

/** `41 % · Setting the epochs`; the state first where it is not simply running. */
export function operationDescription({ state, progress }: Shown): string {
  const percent = `${Math.floor(progress.fraction * 100)} %`;
  const parts = state === 'running' || state === 'pending' ? [percent] : [operationStateWord(state), percent];
  return [...parts, ...(progress.message === '' ? [] : [progress.message])].join(' · ');
}

/** The state of an operation in a word. */
export function operationStateWord(state: JournaledOperation['state'] | OperationState): string {
  switch (state) {
    case 'pending':
      return l10n.t('pending');
    case 'running':
      return l10n.t('running');
    case 'pausing':
      return l10n.t('pausing');
    case 'paused':
      return l10n.t('paused');
    case 'cancelling':
      return l10n.t('cancelling');
    case 'completed':
      return l10n.t('completed');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'failed':
      return l10n.t({ message: 'failed', comment: 'an operation' });
    case 'interrupted':
      return l10n.t('interrupted');
    case 'unreadable':
      return l10n.t('unreadable');
  }
}

export function operationIcon({ state }: Pick<Operation, 'state'>): RowIcon {
  const icons: Record<OperationState, RowIcon> = {
    pending: { id: 'watch' },
    running: { id: 'sync~spin' },
    pausing: { id: 'debug-pause' },
    paused: { id: 'debug-pause', color: 'charts.yellow' },
    cancelling: { id: 'discard' },
    completed: { id: 'pass', color: 'charts.green' },
    cancelled: { id: 'circle-slash' },
    failed: { id: 'error', color: 'charts.red' },
  };
  return icons[state];
}

export function operationContextWords({ state }: Pick<Operation, 'state'>): ContextWord[] {
  if (state === 'running' || state === 'pending') return ['operation', 'active', 'running'];
  return state === 'paused' ? ['operation', 'active', 'paused'] : ['operation', 'active'];
}
