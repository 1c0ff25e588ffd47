import type { ClusterNode, Topology } from '../topology/types';
import { rankReplicas } from './failover/rankReplicas';
import { neediestMaster } from './members/chooseMaster';
import { chainedTo, conditionOf, refuseFollowers, refuseUncovered, type Condition } from './members/leaver';
import {
  isAble,
  memberById,
  memberCase,
  refuseUnsafe,
  replicasOf,
  servesText,
  type MemberCase,
} from './members/memberCase';
import { checkMembers, leave, moveReplicas } from './members/memberSteps';
import { picturesOf, type Fate } from './members/pictures';
import { warnOfLastReplica, warnOfSilent } from './members/warnings';
import { PlanError } from './planError';
import { selectNodes } from './selectNodes';
import type { Plan } from './types';

export interface RemoveNodeRequest {
  /** Id or `host:port` of the node to take out, dead or alive. */
  node: string;
  /** For how long to watch, after all have forgotten it, that it stays forgotten; default the servers' ban, 60 s. */
  forgetWaitMilliseconds?: number;
}

/**
 * Plans that a node leaves its cluster. Alive it is reset and stands by afterwards; dead it is only forgotten. Replicas of an
 * empty master follow others first.
 *
 * Throws a PlanError, which says what would make it possible: `unknownNodes`, `noCluster`, `notInCluster`, `nodeReturning`,
 * `nodeInDoubt`, `hasSlots`, `slotsUncovered`, `replicaFollows`, `noMaster`, `noMajority`, `slotsDisputed`, `openSlots`.
 */
export function planRemoveNode(topology: Topology, request: RemoveNodeRequest): Plan {
  const [node] = selectNodes(topology, [request.node]) as [ClusterNode];
  const subject = memberCase(topology, node);
  const condition = conditionOf(node, subject);
  refuseSlots(node, condition, subject);
  const moves = rehome(node, condition, subject);
  const master = memberById(subject, node.masterId);
  const touched = [...new Set([...(master ? [master] : []), ...moves.map(move => move.master)])];
  refuseUnsafe(subject, touched);

  const fates = new Map<string, Fate>(moves.map(({ node: { id }, master }) => [id, { role: 'replica', master }]));
  fates.set(node.id, { role: condition === 'alive' ? 'spare' : 'gone' });
  const pictures = picturesOf(subject, [], fates);
  return {
    formatVersion: 1,
    kind: 'removeNode',
    title: `Remove ${describe(node, condition)}`,
    stateId: topology.stateId,
    steps: [
      checkMembers(subject, { touched, leavers: [node] }),
      ...(moves.length > 0 ? moveReplicas(moves, subject) : []),
      ...leave(node, condition, subject, { waitMilliseconds: request.forgetWaitMilliseconds }),
    ],
    ...pictures,
    warnings: [...warnOfLastReplica(node, subject), ...pictures.warnings, ...warnOfSilent(subject, node)],
    risk: 'none',
  };
}

function describe({ address, role }: ClusterNode, condition: Condition): string {
  if (condition === 'dead') return `the failed ${role} ${address}`;
  return role === 'replica' ? `the replica ${address}` : `the empty master ${address}`;
}

function refuseSlots(node: ClusterNode, condition: Condition, subject: MemberCase): void {
  if (node.slots.isEmpty) return;
  if (condition === 'dead') refuseUncovered(node, subject);
  const [best] = rankReplicas(subject.topology, node.id).filter(({ isFit }) => isFit);
  throw new PlanError('hasSlots', `${node.address} serves ${servesText(node)}: its data would be gone.`, {
    node: node.address,
    remedy: `Move its slots to other masters first${best ? `, or fail over to ${best.node.address} and remove it then as a replica` : ', or replace it by a spare'}.`,
  });
}

/** Where the replicas of an empty master go, or of a replica. */
function rehome(
  node: ClusterNode,
  condition: Condition,
  subject: MemberCase,
): { node: ClusterNode; master: ClusterNode }[] {
  const followed = memberById(subject, node.masterId);
  if (followed) return chainedTo(node, subject).map(replica => ({ node: replica, master: followed }));
  const replicas = replicasOf(subject, node);
  if (condition === 'dead' || !replicas.every(isAble)) refuseFollowers(node, subject);
  let after = subject;
  return replicas.map(replica => {
    const master = neediestMaster(replica, after, node);
    const members = after.members.map(member =>
      member.id === replica.id ? { ...member, masterId: master.id } : member,
    );
    after = { ...after, members };
    return { node: replica, master };
  });
}
