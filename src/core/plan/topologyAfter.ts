import { formShards, sortNodes } from '../topology/formShards';
import { isMainShard, lineageOf } from '../topology/lineage';
import { SLOT_COUNT, SlotSet } from '../topology/slotSet';
import { stateIdOf } from '../topology/stateId';
import type { ClusterNode, ServerInfo, Topology } from '../topology/types';
import { plannedNode } from './plannedNode';
import type { Plan, PlannedNode } from './types';

/**
 * The cluster as a plan leaves it: roles, masters, slots and membership, in the topology the plan was made from. Epochs,
 * figures and what nodes say of each other stay as they were; a node the plan removes while it is down is gone. Pure.
 */
export function topologyAfter(topology: Topology, plan: Plan): Topology {
  const after = new Map(plan.after.nodes.map(node => [node.id, node]));
  const gone = new Set(plan.before.nodes.flatMap(({ id }) => (after.has(id) ? [] : [id])));
  const ids = new Map(topology.nodes.map(({ id, address }) => [address, id]));
  const closed = closedSlots(plan);
  const nodes = topology.nodes
    .filter(({ id }) => !gone.has(id))
    .map(node => becomes(node, after.get(node.id), topology, ids))
    .map(node => withoutOpen(node, closed));
  const foreign = foreignIds(topology);
  const main = nodes.filter(({ id, inCluster }) => inCluster && !foreign.has(id));
  const shards = formShards(nodes, new Set(main.map(({ id }) => id)), lineageOf(topology));
  const coveredSlots = SlotSet.unionOf(main.map(({ slots }) => slots));
  return {
    ...topology,
    nodes: sortNodes(nodes, shards),
    shards,
    disagreements: topology.disagreements.filter(({ slots }) => !slots || slots.difference(closed).count > 0),
    ghosts: topology.ghosts.filter(id => !gone.has(id)),
    forgotten: topology.forgotten.filter(id => !gone.has(id) && !after.has(id)),
    coveredSlots,
    clusterState: isServed(main) ? 'ok' : main.length === 0 ? 'none' : 'fail',
    stateId: stateIdOf(nodes),
  };
}

/** Only a node that the plan changes becomes another one. */
function becomes(
  node: ClusterNode,
  planned: PlannedNode | undefined,
  topology: Topology,
  ids: ReadonlyMap<string, string>,
): ClusterNode {
  if (!planned || isSame(planned, plannedNode(node, topology))) return node;
  const { masterId, lagBytes, formerShardId, ...rest } = node;
  void [masterId, lagBytes, formerShardId];
  const leads = planned.master === undefined ? undefined : ids.get(planned.master);
  const isReplica = planned.role === 'replica';
  const isSpare = planned.role === 'spare';
  return {
    ...rest,
    role: isReplica ? 'replica' : 'master',
    ...(isReplica && leads !== undefined && { masterId: leads }),
    slots: SlotSet.parse(planned.slots),
    inCluster: !isSpare,
    status: isSpare ? 'spare' : node.status === 'spare' || node.status === 'joining' ? 'ok' : node.status,
    ...(node.info && { info: infoAfter(node.info, isReplica) }),
  };
}

function infoAfter({ masterLink, syncing, ...info }: ServerInfo, isReplica: boolean): ServerInfo {
  void [masterLink, syncing];
  // A plan does not end before its replicas are in step.
  return { ...info, role: isReplica ? 'replica' : 'master', ...(isReplica && { masterLink: 'up' as const }) };
}

function isSame(one: PlannedNode, other: PlannedNode): boolean {
  return one.role === other.role && one.master === other.master && one.slots === other.slots;
}

/** What a fix leaves neither open nor disputed. */
function closedSlots({ steps }: Plan): SlotSet {
  return SlotSet.unionOf(steps.flatMap(step => (step.kind === 'checkFix' ? [SlotSet.parse(step.slots)] : [])));
}

function withoutOpen(node: ClusterNode, closed: SlotSet): ClusterNode {
  const openSlots = node.openSlots.filter(({ slot }) => !closed.has(slot));
  return openSlots.length === node.openSlots.length ? node : { ...node, openSlots };
}

/** Members of another cluster among the nodes: their shards are not called after slots. */
function foreignIds({ shards }: Topology): ReadonlySet<string> {
  const foreign = shards.filter(({ id, slots }) => !slots.isEmpty && !isMainShard({ id }));
  return new Set(foreign.flatMap(({ masterId, replicaIds }) => [...(masterId ? [masterId] : []), ...replicaIds]));
}

function isServed(main: readonly ClusterNode[]): boolean {
  const alive = main.filter(({ reachable, status }) => reachable && status !== 'failed');
  return alive.reduce((sum, { slots }) => sum + slots.count, 0) === SLOT_COUNT;
}
