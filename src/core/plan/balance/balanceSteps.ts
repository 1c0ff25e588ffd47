import type { ClusterNode, Topology } from '../../topology/types';
import { SlotSet } from '../../topology/slotSet';
import { failoverCase, type FailoverCase } from '../failover/failoverCase';
import { failoverSteps } from '../failover/failoverSteps';
import { findObstacles } from '../failover/findObstacles';
import { isAble, refuseUnsafe, type MemberCase } from '../members/memberCase';
import { checkMembers, moveReplicas } from '../members/memberSteps';
import { cooldownFor, refuseFailover } from '../planFailover';
import type { PlanStep } from '../types';
import type { BalanceCase, BalanceRolesRequest } from './balanceCase';
import type { Change } from './orderChanges';

export interface BalanceCourse {
  steps: PlanStep[];
  /** The cluster after the last of them. */
  after: Topology;
  failovers: FailoverCase[];
  moves: ReplicaMove[];
}

/** A replica that follows another master, as the cluster then is. */
export interface ReplicaMove {
  replica: ClusterNode;
  from: ClusterNode;
  to: ClusterNode;
  /** The cluster just before. */
  subject: MemberCase;
}

/** The steps of all changes, each planned from what the ones before it leave. Throws what `planFailover` and `planMoveReplica` throw. */
export function balanceSteps(
  { topology, seats }: BalanceCase,
  members: readonly ClusterNode[],
  changes: readonly Change[],
  request: BalanceRolesRequest,
): BalanceCourse {
  const memberIds = new Set(members.map(({ id }) => id));
  const course: BalanceCourse = { steps: [], after: topology, failovers: [], moves: [] };
  const nodeOf = (seat: number): ClusterNode => {
    const { id } = seats[seat]!.node;
    return course.after.nodes.find(node => node.id === id)!;
  };
  const leaderOf = ({ masterId }: ClusterNode): ClusterNode => course.after.nodes.find(({ id }) => id === masterId)!;

  for (const change of changes) {
    if (change.kind === 'failover') {
      const subject = failoverCase(course.after, nodeOf(change.to), nodeOf(change.from), 'graceful');
      const obstacles = findObstacles(subject);
      if (obstacles.length > 0) throw refuseFailover(subject, obstacles);
      course.steps.push(
        ...failoverSteps(subject, cooldownFor(subject, request), { isFurther: course.failovers.length > 0 }),
      );
      course.failovers.push(subject);
      course.after = afterFailover(course.after, subject);
    } else {
      const replica = nodeOf(change.seat);
      const from = leaderOf(replica);
      const to = masterOfShard(change.to);
      const move = { replica, from, to, subject: membersNow() };
      course.steps.push(...moveSteps(move));
      course.moves.push(move);
      course.after = afterMove(course.after, replica, to);
    }
  }
  return course;

  function membersNow(): MemberCase {
    const nodes = course.after.nodes.filter(({ id }) => memberIds.has(id));
    const voters = nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
    return { topology: course.after, members: nodes, voters, ableVoters: voters.filter(isAble) };
  }

  function masterOfShard(shard: number): ClusterNode {
    const slot = seats.find(({ home, node }) => home === shard && node.role === 'master')!.node.slots.first!;
    return course.after.nodes.find(({ slots }) => slots.has(slot))!;
  }
}

function moveSteps({ replica, from, to, subject }: ReplicaMove): PlanStep[] {
  refuseUnsafe(subject, [from, to]);
  return [checkMembers(subject, { touched: [from, to] }), ...moveReplicas([{ node: replica, master: to }], subject)];
}

function afterFailover(topology: Topology, { replica, master, siblings }: FailoverCase): Topology {
  const followers = new Set([master.id, ...siblings.map(({ id }) => id)]);
  return change(topology, node => {
    if (node.id === replica.id) return asMaster(node, master.slots);
    return followers.has(node.id) ? asReplica(node, replica) : node;
  });
}

function afterMove(topology: Topology, replica: ClusterNode, to: ClusterNode): Topology {
  return change(topology, node => (node.id === replica.id ? asReplica(node, to) : node));
}

function asMaster({ masterId, lagBytes, ...node }: ClusterNode, slots: SlotSet): ClusterNode {
  void [masterId, lagBytes];
  return { ...node, role: 'master', slots };
}

/** In step with its master: the plan goes on no sooner. */
function asReplica({ lagBytes, ...node }: ClusterNode, master: ClusterNode): ClusterNode {
  void lagBytes;
  return {
    ...node,
    role: 'replica',
    masterId: master.id,
    slots: SlotSet.empty,
    ...(node.info && { info: { ...node.info, role: 'replica', masterLink: 'up' } }),
  };
}

function change(topology: Topology, to: (node: ClusterNode) => ClusterNode): Topology {
  return { ...topology, nodes: topology.nodes.map(to) };
}
