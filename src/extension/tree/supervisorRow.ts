import { l10n } from 'vscode';
import type { Supervisor } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { shownHealth } from '../sessions/shownHealth';
import { supervisorStateText } from '../supervision/supervisorStateText';
import { wayOn } from '../supervision/wayOn';
import type { ContextWord } from './contextWords';
import type { RowIcon, TreeRow } from './elements';
import { escapeIcons } from './escape';

type SupervisorState = Supervisor['state'];

/** Who watches over the cluster, how far it may go and what it does; no row where nobody does. */
export function supervisorRows(state: ClusterState): TreeRow[] {
  const { definition, supervisor, topology } = state;
  if (!supervisor || supervisor.state.kind === 'off') return [];
  // There is nothing to watch over yet, or not now.
  if (topology?.clusterState === 'none' || isStoppedLocal(state)) return [];
  const description = supervisorWords(supervisor, shownHealth(state).problems.length);
  return [
    {
      element: { kind: 'supervisor', id: `${definition.id}/supervisor`, clusterId: definition.id },
      label: l10n.t('Supervisor'),
      description: escapeIcons(description),
      icon: iconOf(supervisor.state),
      contextValue: supervisorContextWords(supervisor).join(' '),
      expansion: 'none',
      spoken: `${l10n.t('Supervisor')}, ${description}`,
      children: [],
    },
  ];
}

/** `act · All is well`; `problems`: how many the cluster has. */
export function supervisorWords({ settings, state }: Pick<Supervisor, 'settings' | 'state'>, problems: number): string {
  return `${modeWord(settings.mode)} · ${supervisorStateText(state, problems).replace(/[.。]$/, '')}`;
}

function modeWord(mode: Supervisor['settings']['mode']): string {
  switch (mode) {
    case 'observe':
      return l10n.t('observe');
    case 'ask':
      return l10n.t('ask');
    case 'act':
      return l10n.t('act');
  }
}

function supervisorContextWords(supervisor: Supervisor): ContextWord[] {
  if (supervisor.state.kind === 'asking') return ['supervisor', 'asking'];
  const way = wayOn(supervisor);
  return ['supervisor', ...(way ? [wayWords[way]] : [])];
}

const wayWords = { goOn: 'halted', askAgain: 'declined' } as const;

function iconOf({ kind }: SupervisorState): RowIcon {
  switch (kind) {
    case 'off':
    case 'observing':
    case 'healthy':
      return { id: 'shield', color: kind === 'healthy' ? 'charts.green' : 'descriptionForeground' };
    case 'suspect':
      return { id: 'question', color: 'charts.yellow' };
    case 'failed':
    case 'grace':
    case 'coolDown':
      return { id: 'watch', color: 'charts.yellow' };
    case 'returned':
    case 'verifying':
      return { id: 'eye', color: 'charts.blue' };
    case 'asking':
      return { id: 'comment-discussion', color: 'charts.blue' };
    case 'acting':
      return { id: 'sync~spin', color: 'charts.blue' };
    case 'blocked':
      return { id: 'circle-slash', color: 'charts.yellow' };
  }
}
