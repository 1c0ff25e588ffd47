import { clockText, type CheckReport } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';

const operationsShown = 3;

/**
 * Why the report of a check is no longer what is true: operations of this window and another check since it was made, or nodes
 * that are no longer what it saw, whoever changed them. Whole sentences; none while nothing is known to have changed.
 */
export function outdatedBy(
  { topology }: CheckReport,
  { topology: now, timeline, lastCheck }: Pick<ClusterState, 'topology' | 'timeline' | 'lastCheck'>,
): string[] {
  const madeAt = topology.observedAtMilliseconds;
  const operations = timeline
    .latest()
    .filter(({ kind, atMilliseconds }) => kind === 'operation' && atMilliseconds > madeAt);
  const told = operations
    .slice(0, operationsShown)
    .reverse()
    .map(({ atMilliseconds, text }) => `${clockText(atMilliseconds)} ${text}`);
  const isNewer = lastCheck !== undefined && lastCheck.topology.observedAtMilliseconds > madeAt;
  const hasChanged = now !== undefined && now.observedAtMilliseconds > madeAt && now.stateId !== topology.stateId;
  return [
    ...told,
    ...(operations.length > told.length ? [`${operations.length - told.length} operations before these.`] : []),
    ...(isNewer ? [`It was checked again at ${clockText(lastCheck.topology.observedAtMilliseconds)}.`] : []),
    ...(hasChanged && told.length === 0 ? ['Nodes, roles or slots are not what they were.'] : []),
  ];
}
