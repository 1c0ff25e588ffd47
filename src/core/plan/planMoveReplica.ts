import type { ClusterNode, Topology } from '../topology/types';
import { conditionOf } from './members/leaver';
import { isMember, memberById, memberCase, refuseUnsafe } from './members/memberCase';
import { checkMembers, moveReplicas } from './members/memberSteps';
import { picturesOf } from './members/pictures';
import { warnOfLastReplica } from './members/warnings';
import { warnOfJoiner } from './members/joiner';
import { refuseUnfitMaster } from './members/chooseMaster';
import { PlanError } from './planError';
import { selectNodes } from './selectNodes';
import type { Plan } from './types';

export interface MoveReplicaRequest {
  /** Id or `host:port` of a replica. */
  replica: string;
  /** Id or `host:port` of the master it shall follow. */
  master: string;
}

/**
 * Plans that a replica follows another master, which it copies anew.
 *
 * Throws a PlanError, which says what would make it possible: `unknownNodes`, `noCluster`, `notInCluster`, `notReplica`,
 * `alreadyFollows`, `otherCluster`, `notMaster`, `masterUnfit`, `nodeReturning`, `nodeInDoubt`, `replicaDead`, `noMajority`,
 * `slotsDisputed`, `openSlots`.
 */
export function planMoveReplica(topology: Topology, request: MoveReplicaRequest): Plan {
  const [replica] = selectNodes(topology, [request.replica]) as [ClusterNode];
  const [master] = selectNodes(topology, [request.master]) as [ClusterNode];
  const subject = memberCase(topology, replica);
  const { address } = replica;
  if (replica.role !== 'replica')
    throw new PlanError('notReplica', `${address} is a master: only a replica can follow another master.`, {
      node: address,
      remedy: 'Fail over from it first; then it is a replica.',
    });
  if (conditionOf(replica, subject) === 'dead')
    throw new PlanError('replicaDead', `${address} has failed.`, {
      node: address,
      remedy: 'Bring it back, or replace it.',
    });
  if (replica.masterId === master.id)
    throw new PlanError('alreadyFollows', `${address} follows ${master.address} already.`, {
      node: address,
      remedy: 'There is nothing to do.',
    });
  if (!isMember(subject, master))
    throw new PlanError('otherCluster', `${master.address} is not in the cluster of ${address}.`, {
      node: master.address,
      remedy: 'Name a master of the same cluster.',
    });
  refuseUnfitMaster(master, subject);
  const former = memberById(subject, replica.masterId);
  refuseUnsafe(subject, [master, ...(former ? [former] : [])]);

  const pictures = picturesOf(subject, [], new Map([[replica.id, { role: 'replica', master }]]));
  return {
    formatVersion: 1,
    kind: 'moveReplica',
    title: `Let ${address} follow ${master.address}${former ? ` instead of ${former.address}` : ''}`,
    stateId: topology.stateId,
    steps: [
      checkMembers(subject, { touched: [master, ...(former ? [former] : [])] }),
      ...moveReplicas([{ node: replica, master }], subject),
    ],
    ...pictures,
    warnings: [...warnOfLastReplica(replica, subject), ...warnOfJoiner(replica, master), ...pictures.warnings],
    risk: 'none',
  };
}
