import type { ClusterNode } from '../../topology/types';
import { PlanError } from '../planError';
import { isAble, isMember, replicasOf, type MemberCase } from './memberCase';

/**
 * The master that needs a replica most: with the fewest that work, then one none of whose nodes is on the joiner's host, then
 * the first by slot. `leaving` does not count. Throws a PlanError `noMaster` when no master could be followed.
 */
export function neediestMaster(joiner: ClusterNode, subject: MemberCase, leaving?: ClusterNode): ClusterNode {
  const candidates = subject.voters
    .filter(voter => isAble(voter) && voter.id !== joiner.id)
    .map(master => {
      const replicas = replicasOf(subject, master).filter(({ id }) => id !== joiner.id && id !== leaving?.id);
      const shard = [master, ...replicas];
      return {
        master,
        working: replicas.filter(isAble).length,
        sharesHost: shard.some(({ hostLabel }) => hostLabel === joiner.hostLabel),
        firstSlot: master.slots.first ?? 0,
      };
    });
  candidates.sort(
    (a, b) => a.working - b.working || Number(a.sharesHost) - Number(b.sharesHost) || a.firstSlot - b.firstSlot,
  );
  const [best] = candidates;
  if (best) return best.master;
  throw new PlanError('noMaster', 'There is no master a replica could follow.', {
    remedy: 'Mend the masters first.',
  });
}

/** Throws a PlanError when a node cannot be followed: `notMaster`, `masterUnfit`. */
export function refuseUnfitMaster(master: ClusterNode, subject: MemberCase): void {
  const { address, role, reachable, status, info } = master;
  if (!isMember(subject, master) || role !== 'master')
    throw new PlanError('notMaster', `${address} is no master of this cluster.`, {
      node: address,
      remedy: 'Name a master that serves slots.',
    });
  if (isAble(master) && info?.loading !== true) return;
  const why = !reachable ? 'does not answer' : status === 'ok' ? 'is still loading its data' : 'is in doubt';
  throw new PlanError('masterUnfit', `${address} ${why}: a replica could not copy it now.`, {
    node: address,
    remedy: 'Wait until it is well, or choose another master.',
  });
}
