import type { ClusterNode, Topology } from '../topology/types';
import { sentenceStart } from '../topology/wording';
import { electionMemoryMilliseconds, remembersElections } from './failover/electionMemory';
import { failoverCase, type FailoverCase } from './failover/failoverCase';
import { failoverSteps, type Cooldown } from './failover/failoverSteps';
import { findObstacles, type FailoverObstacle } from './failover/findObstacles';
import { rankReplicas, type RankedReplica } from './failover/rankReplicas';
import { warnOfFailover } from './failover/warnOfFailover';
import { joinWords } from './phrases';
import { PlanError } from './planError';
import { commonFacts, plannedNode } from './plannedNode';
import { indexByName, selectNodes } from './selectNodes';
import type { FailoverMode, Plan, PlannedNode, PlanRisk } from './types';

export interface FailoverRequest {
  /** Id or `host:port` of the replica that becomes master. */
  replica: string;
  /** Default `graceful`. */
  mode?: FailoverMode;
  /** Node id -> how long ago, at the least, it last stood for election; from `client.measureFailover()`. */
  recentPromotions?: Readonly<Record<string, number>>;
  /** cluster-node-timeout; default 15000, as the server's. */
  nodeTimeoutMilliseconds?: number;
}

/**
 * Plans that a replica and its master change roles. Where the server would mix this election up with the replica's last one,
 * the plan waits first. `force` and `takeover` can lose data and are planned only where nothing milder can work.
 *
 * Throws a PlanError, which says what would make it possible: `unknownNodes`, `isMaster` (names its replicas, best first),
 * `notInCluster`, `masterUnknown`, `replicaUnreachable`, `replicaLoading`, `replicaSyncing`, `replicaSuspect`, `linkDown`,
 * `replicaLagging`, `masterFailed`, `masterUnreachable`, `masterSuspect`, `masterLoading`, `masterAlive`, `emptyMaster`,
 * `noMajority`, `majorityPresent`, `rolesUnsettled`, `slotsDisputed`, `epochCollision`, `openSlots`.
 */
export function planFailover(topology: Topology, request: FailoverRequest): Plan {
  const { mode = 'graceful' } = request;
  const [replica] = selectNodes(topology, [request.replica]) as [ClusterNode];
  const master = masterOf(topology, replica);
  const subject = failoverCase(topology, replica, master, mode);
  const obstacles = findObstacles(subject);
  if (obstacles.length > 0) throw refuseFailover(subject, obstacles);

  return {
    formatVersion: 1,
    kind: 'failover',
    title: titles[mode](replica.address, master.address),
    stateId: topology.stateId,
    steps: failoverSteps(subject, cooldownFor(subject, request)),
    before: { nodes: subject.members.map(node => plannedNode(node, topology)) },
    after: { nodes: subject.members.map(node => pictureAfter(node, subject)) },
    warnings: warnOfFailover(subject),
    risk: risks[mode],
  };
}

const titles: Record<FailoverMode, (replica: string, master: string) => string> = {
  graceful: (replica, master) => `Fail over from ${master} to ${replica}`,
  force: (replica, master) => `Force a failover from ${master} to ${replica}`,
  takeover: (replica, master) => `Take over from ${master} by ${replica} without a majority`,
};

const risks: Record<FailoverMode, PlanRisk> = {
  graceful: 'interruptsWrites',
  force: 'losesData',
  takeover: 'losesData',
};

function masterOf(topology: Topology, replica: ClusterNode): ClusterNode {
  const { address, role, masterId, inCluster, slots } = replica;
  if (!inCluster)
    throw new PlanError('notInCluster', `${address} is in no cluster: there is nothing it could take over.`, {
      node: address,
    });
  if (role === 'master') {
    const ranked = rankReplicas(topology, replica.id);
    const what = slots.isEmpty && ranked.length === 0 ? 'is an empty master without replicas' : 'is a master already';
    throw new PlanError('isMaster', `${address} ${what}; a failover is asked of a replica.`, {
      node: address,
      remedy:
        ranked.length > 0
          ? `Name the replica that shall take over, best first: ${ranked.map(describeRanked).join('; ')}.`
          : `It has no replica: nothing could take over from it.`,
    });
  }
  const master = masterId === undefined ? undefined : indexByName(topology).get(masterId);
  if (master) return master;
  throw new PlanError('masterUnknown', `${address} follows a master that no node lists any more.`, {
    node: address,
    remedy: 'Let it follow a master that serves slots (CLUSTER REPLICATE), or let the slots be taken over otherwise.',
  });
}

function describeRanked({ node, reasons }: RankedReplica): string {
  return `${node.address} (${reasons.join(', ')})`;
}

/** Says why it cannot be done now, all reasons in one; the code is that of the first. */
export function refuseFailover(
  { replica, master, mode }: FailoverCase,
  obstacles: readonly FailoverObstacle[],
): PlanError {
  const texts = joinWords(obstacles.map(({ text }) => text));
  const remedies = new Set(obstacles.flatMap(({ remedy }) => remedy || []));
  return new PlanError(obstacles[0]!.code, `${refusalStart(replica.address, master.address, mode)}: ${texts}.`, {
    node: replica.address,
    remedy: [...remedies].join(' '),
    reasons: obstacles.map(({ text, remedy }) => `${sentenceStart(text)}. ${remedy}`.trim()),
  });
}

/** `X cannot take over gracefully from Y`. */
export function refusalStart(replica: string, master: string, mode: FailoverMode): string {
  switch (mode) {
    case 'graceful':
      return `${replica} cannot take over gracefully from ${master}`;
    case 'force':
      return `${replica} cannot be forced to take over from ${master}`;
    case 'takeover':
      return `${replica} shall not take over from ${master} without a vote`;
  }
}

/** The wait that the replica's last election makes necessary, if any. */
export function cooldownFor(
  { topology, replica, mode }: FailoverCase,
  request: Pick<FailoverRequest, 'recentPromotions' | 'nodeTimeoutMilliseconds'>,
): Cooldown | undefined {
  const agoMilliseconds = request.recentPromotions?.[replica.id];
  // A takeover asks nobody for votes.
  if (agoMilliseconds === undefined || mode === 'takeover' || !replica.info || !remembersElections(replica.info))
    return undefined;
  const memoryMilliseconds = electionMemoryMilliseconds(request.nodeTimeoutMilliseconds);
  const waitMilliseconds = memoryMilliseconds - agoMilliseconds;
  if (waitMilliseconds <= 0) return undefined;
  return {
    waitMilliseconds,
    untilMilliseconds: topology.observedAtMilliseconds + waitMilliseconds,
    agoMilliseconds,
    memoryMilliseconds,
  };
}

function pictureAfter(node: ClusterNode, { topology, replica, master, siblings, mode }: FailoverCase): PlannedNode {
  const common = commonFacts(node);
  if (node.id === replica.id) return { ...common, role: 'master', slots: master.slots.toString() };
  // Only a lost slot tells a master that it is replaced.
  if (node.id === master.id && master.slots.isEmpty && mode === 'takeover') return plannedNode(node, topology);
  if (node.id === master.id || siblings.some(({ id }) => id === node.id))
    return { ...common, role: 'replica', master: replica.address, slots: '' };
  return plannedNode(node, topology);
}
