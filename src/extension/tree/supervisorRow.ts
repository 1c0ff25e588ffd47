import { describeSupervisorState, type Supervisor } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
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
  const description = supervisorWords(supervisor);
  return [
    {
      element: { kind: 'supervisor', id: `${definition.id}/supervisor`, clusterId: definition.id },
      label: 'Supervisor',
      description: escapeIcons(description),
      icon: iconOf(supervisor.state),
      contextValue: supervisorContextWords(supervisor.state).join(' '),
      expansion: 'none',
      spoken: `Supervisor, ${description}`,
      children: [],
    },
  ];
}

/** `act · All is well` */
export function supervisorWords({ settings, state }: Pick<Supervisor, 'settings' | 'state'>): string {
  return `${settings.mode} · ${describeSupervisorState(state).replace(/\.$/, '')}`;
}

function supervisorContextWords({ kind }: SupervisorState): ContextWord[] {
  return ['supervisor', ...(kind === 'asking' || kind === 'blocked' ? [kind] : [])];
}

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
