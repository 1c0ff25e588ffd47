import type { ClusterNode } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import type { ShownHealth } from '../sessions/shownHealth';
import { localServerOf, roleOf } from './contextWords';
import type { RowIcon } from './elements';

const green = 'charts.green';
const yellow = 'charts.yellow';
const red = 'charts.red';
const blue = 'charts.blue';
const grey = 'descriptionForeground';

/** One shape per role while all is well, one per trouble otherwise: readable without colour. */
export function nodeIcon(
  node: ClusterNode,
  session: Pick<ClusterState, 'localServers' | 'topology'>,
  isComingUp = false,
): RowIcon {
  const server = localServerOf(node, session);
  if (isComingUp && server?.state !== 'paused' && server?.state !== 'stopped') return comingUpIcon(node);
  if (server?.state === 'paused') return { id: 'debug-pause', color: yellow };
  if (server?.state === 'stopped') return { id: 'debug-stop', color: node.status === 'failed' ? red : yellow };
  if (node.reachable && session.topology?.forgotten.includes(node.id)) return { id: 'warning', color: yellow };
  switch (node.status) {
    case 'failed':
      return { id: 'error', color: red };
    case 'suspect':
      return { id: 'question', color: yellow };
    case 'unreachable':
      return { id: 'debug-disconnect', color: yellow };
    case 'joining':
      return { id: 'ellipsis', color: grey };
    case 'ok':
    case 'spare':
      return wellIcon(node);
  }
}

/** Of a whole cluster; undefined while nothing is known. */
export function healthIcon(status: ShownHealth['status']): RowIcon {
  switch (status) {
    case 'ok':
      return { id: 'pass', color: green };
    case 'degraded':
      return { id: 'warning', color: yellow };
    case 'failing':
      return { id: 'error', color: red };
    case 'comingUp':
      return { id: 'loading~spin', color: grey };
    case undefined:
      return { id: 'circle-slash', color: grey };
  }
}

export const failureIcon: RowIcon = { id: 'debug-disconnect', color: red };
/** Of a local cluster at rest. */
export const stoppedIcon: RowIcon = { id: 'debug-stop', color: grey };
export const notSeenIcon: RowIcon = { id: 'circle-outline', color: grey };

export function severityIcon(severity: 'error' | 'warning'): RowIcon {
  return severity === 'error' ? { id: 'error', color: red } : { id: 'warning', color: yellow };
}

// What is in doubt or not linked yet has just begun to be.
function comingUpIcon(node: ClusterNode): RowIcon {
  const isThere = node.status === 'ok' || node.status === 'spare';
  const icon = isThere ? wellIcon(node) : undefined;
  return icon && icon.color !== yellow ? icon : { id: 'ellipsis', color: grey };
}

function wellIcon(node: ClusterNode): RowIcon {
  if (node.info?.loading) return { id: 'loading', color: yellow };
  switch (roleOf(node)) {
    case 'master':
      return { id: 'circle-large-filled', color: node.slots.isEmpty ? grey : green };
    case 'replica':
      if (node.info?.syncing) return { id: 'sync', color: blue };
      if (node.info?.masterLink === 'down') return { id: 'warning', color: yellow };
      return { id: 'circle-large', color: green };
    case 'spare':
      return { id: 'circle-small', color: grey };
  }
}
