import type { ClusterNode } from '../../topology/types';
import type { NodeCondition } from './types';

/** A node that answers can still be of no use: loading, or a replica without its link. */
export function conditionOf({ status, role, info }: ClusterNode): NodeCondition {
  if (status !== 'ok') return status;
  if (info?.loading) return 'loading';
  if (role === 'replica' && info?.syncing) return 'syncing';
  if (role === 'replica' && info?.masterLink === 'down') return 'linkDown';
  return 'ok';
}
