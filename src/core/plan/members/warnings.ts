import type { ClusterNode } from '../../topology/types';
import { joinSome } from '../phrases';
import type { PlanWarning } from '../types';
import { isAble, memberById, replicasOf, servesText, type MemberCase } from './memberCase';

/** A replica goes, and its shard keeps none that works. */
export function warnOfLastReplica(replica: ClusterNode, subject: MemberCase): PlanWarning[] {
  const master = memberById(subject, replica.masterId);
  if (replica.role !== 'replica' || !master || master.slots.isEmpty) return [];
  if (replicasOf(subject, master).some(other => other.id !== replica.id && isAble(other))) return [];
  const text = `${replica.address} is the last replica of ${master.address}: without it nothing takes over when that dies, and ${servesText(master)} are down. The cluster may move a replica of another master there by itself (cluster-allow-replica-migration).`;
  return [{ code: 'lastReplica', text }];
}

/** Other members that do not answer cannot be told who joins and who goes. */
export function warnOfSilent(subject: MemberCase, leaver?: ClusterNode): PlanWarning[] {
  const silent = subject.members.filter(({ reachable, id }) => !reachable && id !== leaver?.id);
  if (silent.length === 0) return [];
  const names = joinSome(silent.map(({ address }) => address));
  const text = `${names} ${silent.length === 1 ? 'does' : 'do'} not answer and cannot be told: ${silent.length === 1 ? 'it learns' : 'they learn'} of who joins when back, but ${silent.length === 1 ? 'has' : 'have'} to be told again who left.`;
  return [{ code: 'cannotBeTold', text }];
}
