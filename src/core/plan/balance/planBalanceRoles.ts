import { servingShards } from '../../topology/lineage';
import type { Topology } from '../../topology/types';
import { count, joinSome, joinWords } from '../phrases';
import { memberCase } from '../members/memberCase';
import { plannedNode } from '../plannedNode';
import { PlanError } from '../planError';
import type { Plan } from '../types';
import { arrangementNow, hasSameFaults, judge, type Judged } from './arrangement';
import { balanceCase, type BalanceCase, type BalanceRolesRequest } from './balanceCase';
import { balanceSteps, type BalanceCourse } from './balanceSteps';
import { improveArrangement } from './improveArrangement';
import { orderChanges } from './orderChanges';
import { refuseUnhealthy } from './refuseUnhealthy';
import { remainingFaults, warnOfBalance } from './warnOfBalance';

/**
 * Gives every host its share of the masters, and no shard two nodes on one host where that is possible: by the fewest graceful
 * failovers, one after another and at most one per shard, and only where these are not enough by replicas that follow
 * another master. The masters are then as even over the hosts as the places of the replicas allow. The placement score
 * never gets worse; only nodes that are well become masters; every shard keeps its number of replicas.
 *
 * Throws a PlanError: `alreadyBalanced` when nothing can be gained (so also when the plan has been carried out), `notInCluster`,
 * `clusterNotHealthy`, `rolesUnsettled`, and what `planFailover` and `planMoveReplica` throw when a failover or a move that is
 * needed cannot be done now.
 */
export function planBalanceRoles(topology: Topology, request: BalanceRolesRequest = {}): Plan {
  const labelled = withHosts(topology, request);
  const shards = servingShards(labelled);
  refuseUnhealthy(labelled, shards);
  const subject = balanceCase(labelled, shards, request);
  const before = judge(subject, arrangementNow(subject));
  const target = improveArrangement(subject);
  const { members } = memberCase(labelled, subject.seats[0]!.node);
  const idle = members.filter(({ role, inCluster, slots }) => role === 'master' && inCluster && slots.isEmpty);
  if (hasSameFaults(before, target)) throw alreadyBalanced(subject, before, idle.length, request);

  const course = balanceSteps(subject, members, orderChanges(subject, target), request);
  const after = new Map(course.after.nodes.map(node => [node.id, node]));
  return {
    formatVersion: 1,
    kind: 'balanceRoles',
    title: titleFor(subject, course),
    stateId: topology.stateId,
    steps: course.steps,
    before: { nodes: members.map(node => plannedNode(node, labelled)) },
    after: { nodes: members.map(({ id }) => plannedNode(after.get(id)!, course.after)) },
    warnings: warnOfBalance(subject, course, target, request),
    risk: course.failovers.length > 0 ? 'interruptsWrites' : 'none',
    placement: target.score,
    placementBefore: before.score,
  };
}

function withHosts(topology: Topology, { hosts = {} }: BalanceRolesRequest): Topology {
  return {
    ...topology,
    nodes: topology.nodes.map(node => ({ ...node, hostLabel: hosts[node.address] ?? node.hostLabel })),
  };
}

function titleFor({ hosts }: BalanceCase, { failovers, moves }: BalanceCourse): string {
  const changes = [
    ...(failovers.length > 0 ? [count(failovers.length, 'failover')] : []),
    ...(moves.length > 0 ? [count(moves.length, 'replica move')] : []),
  ];
  return `Balance the roles over ${count(hosts.length, 'host')}: ${joinWords(changes)}`;
}

function alreadyBalanced(
  subject: BalanceCase,
  judged: Judged,
  idleMasters: number,
  request: BalanceRolesRequest,
): PlanError {
  const { hosts, seats, shards } = subject;
  if (hosts.length === 1)
    return new PlanError(
      'alreadyBalanced',
      `All ${count(seats.length, 'node')} are on one host, ${hosts[0]}: there is nothing to spread.`,
      { remedy: 'If they are on several machines or zones, name the host of each node in the settings.' },
    );
  const faults = remainingFaults(subject, judged).map(({ text }) => text);
  const masters = `${count(shards.length, 'master')}${idleMasters > 0 ? ` with slots (${idleMasters} more without)` : ''}`;
  if (faults.length === 0)
    return new PlanError(
      'alreadyBalanced',
      `The roles are balanced: ${masters} on ${count(hosts.length, 'host')}, as even as can be, and no shard has two nodes on one host.`,
    );
  const means = subject.canMove ? 'failovers and replica moves' : 'failovers alone';
  return new PlanError(
    'alreadyBalanced',
    `The roles are as balanced as ${means} can make them now. ${faults.join(' ')}`,
    { remedy: remedyFor(subject, request) },
  );
}

function remedyFor({ seats, canMove }: BalanceCase, request: BalanceRolesRequest): string {
  if (request.moveReplicas === false) return 'More may be gained if replicas may follow other masters.';
  if (!canMove) return 'More may be gained when all nodes run one version: then replicas can follow other masters.';
  const unready = seats.filter(({ isMovable }) => !isMovable).map(({ node }) => node.address);
  if (unready.length > 0) return `More may be gained when ${joinSome(unready)} can be counted on again.`;
  return 'More can be gained with nodes on other hosts.';
}
