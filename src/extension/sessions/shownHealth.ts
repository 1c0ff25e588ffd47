import {
  problemsWithCheck,
  type CheckFinding,
  type ClusterNode,
  type Health,
  type HealthStatus,
  type Problem,
  type Topology,
} from '../../core/index';
import type { ClusterState } from './clusterState';

/** The health of a cluster as it is shown; undefined while nothing is known. */
export interface ShownHealth {
  status: HealthStatus | 'comingUp' | undefined;
  /** Worst first; what only a check sees stands there since the last check. */
  problems: readonly (Problem | CheckFinding)[];
}

// A node says "fail" for 2 s after its start, and for up to its node timeout more after it missed the majority
// (cluster_legacy.c, clusterUpdateState); INFO counts whole seconds.
const youngSeconds = 5;

/**
 * A cluster that is being made, or whose local servers have all just started, is not whole yet and not in trouble either: only
 * time mends what is found then. Of an established one nothing is left out, and neither is a node of a new one that is silent.
 */
export function shownHealth(state: ClusterState): ShownHealth {
  const { topology, health, lastCheck } = state;
  if (!topology || !health) return { status: undefined, problems: [] };
  if (isStarting(state, topology)) return { status: 'comingUp', problems: [] };
  if (isBeingMade(state, topology)) return withoutUnfinished(health, topology);
  if (isMovingSlots(state)) return withStatus(health.problems.filter(({ code }) => !ofMoving.has(code)));
  return lastCheck ? { status: health.status, problems: problemsWithCheck(health, topology, lastCheck) } : health;
}

/** What slots on their way look like; the operation tells how far they are. */
const ofMoving: ReadonlySet<string> = new Set(['openSlots', 'slotOwnerDisputed']);

function isMovingSlots({ operation }: ClusterState): boolean {
  return operation?.plan.steps.some(({ kind }) => kind === 'moveSlots') ?? false;
}

export function isComingUp(state: ClusterState): boolean {
  return shownHealth(state).status === 'comingUp';
}

/** All that answer are so young; one that came back to a cluster that went on without it is not meant. */
function isStarting({ localServers }: ClusterState, { nodes, clusterState }: Topology): boolean {
  if (!localServers || clusterState !== 'fail') return false;
  const answering = nodes.filter(node => isMember(node) && node.info !== undefined);
  return answering.length > 0 && answering.every(({ info }) => info!.uptimeSeconds <= youngSeconds);
}

/** A creation runs, and there is nothing here but what it makes. */
function isBeingMade({ operation }: ClusterState, { nodes }: Topology): boolean {
  if (operation?.plan.kind !== 'create') return false;
  const planned = new Set(operation.plan.after.nodes.map(({ id }) => id));
  return nodes.filter(isMember).every(({ id }) => planned.has(id));
}

function withoutUnfinished(health: Health, { nodes }: Topology): ShownHealth {
  const silent = new Set(nodes.filter(({ reachable }) => !reachable).map(({ id }) => id));
  const problems = health.problems.filter(({ nodeIds }) => nodeIds.some(id => silent.has(id)));
  return problems.length === 0 ? { status: 'comingUp', problems } : withStatus(problems);
}

function withStatus(problems: readonly Problem[]): ShownHealth {
  if (problems.length === 0) return { status: 'ok', problems };
  return { status: problems.some(({ severity }) => severity === 'error') ? 'failing' : 'degraded', problems };
}

function isMember({ inCluster, slots }: ClusterNode): boolean {
  return inCluster || !slots.isEmpty;
}
