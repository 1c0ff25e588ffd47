import type { ClusterNode, Shard, Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { nodeContextWords, roleOf } from './contextWords';
import { nodeElementId, type Grouping, type TreeRow } from './elements';
import { escapeIcons } from './escape';
import { nodeIcon, severityIcon } from './icons';
import { formatSlots, nodeDescription, nodeName, shardName } from './nodeText';
import { factsOf } from './topologyFacts';

// Beyond it a cluster opens with its shards folded, those in trouble excepted.
const mostOpenShards = 12;

/** The nodes of a cluster under their shards or hosts; with shards, spares and failed nodes that serve none come last. */
export function groupRows(state: ClusterState, grouping: Grouping): TreeRow[] {
  if (!state.topology) return [];
  return grouping === 'host' ? hostRows(state, state.topology) : shardGroupRows(state, state.topology);
}

function shardGroupRows(state: ClusterState, topology: Topology): TreeRow[] {
  const clusterId = state.definition.id;
  const inShard = new Set(topology.shards.flatMap(({ masterId, replicaIds }) => [masterId, ...replicaIds]));
  const others = topology.nodes.filter(({ id }) => !inShard.has(id));
  // A spare that was stopped is still a spare, where there is a cluster to be one of.
  const isFailed = (node: ClusterNode): boolean =>
    needsAttention(node) && (topology.clusterState === 'none' || roleOf(node) !== 'spare');
  const failed = others.filter(isFailed);
  const spares = others.filter(node => !isFailed(node));
  return [
    ...topology.shards.map(shard => shardRow(state, topology, shard)),
    ...collection(
      { kind: 'spares', id: `${clusterId}/spares`, clusterId },
      topology.clusterState === 'none' ? 'Nodes in no cluster yet' : 'Spares',
      { id: 'layers' },
      spares,
      state,
      topology,
    ),
    ...collection(
      { kind: 'failedNodes', id: `${clusterId}/failedNodes`, clusterId },
      'Failed nodes',
      severityIcon('warning'),
      failed,
      state,
      topology,
    ),
  ];
}

function shardRow(state: ClusterState, topology: Topology, shard: Shard): TreeRow {
  const clusterId = state.definition.id;
  const ids = [...(shard.masterId === undefined ? [] : [shard.masterId]), ...shard.replicaIds];
  const { nodesById } = factsOf(topology);
  const nodes = ids.flatMap(id => nodesById.get(id) ?? []);
  const inTrouble = nodes.some(needsAttention);
  const name = shardName(shard, topology);
  const description = [
    shard.slots.isEmpty ? 'no slots' : `slots ${formatSlots(shard)}`,
    ...(shard.masterId === undefined ? ['no master'] : []),
    ...(shard.replicaIds.length === 0 ? ['no replica'] : []),
  ].join(' · ');
  return {
    element: { kind: 'shard', id: `${clusterId}/shard/${shard.id}`, clusterId, shardId: shard.id },
    label: name,
    description,
    icon: inTrouble ? severityIcon('warning') : { id: 'database' },
    contextValue: 'shard',
    expansion: topology.shards.length <= mostOpenShards || inTrouble ? 'expanded' : 'collapsed',
    spoken: `${name}, ${description}`,
    children: nodes.map(node => nodeRow(state, topology, node)),
  };
}

function hostRows(state: ClusterState, topology: Topology): TreeRow[] {
  const clusterId = state.definition.id;
  const labels = [...new Set(topology.nodes.map(({ hostLabel }) => hostLabel))].sort((one, other) =>
    one.localeCompare(other, 'en', { numeric: true }),
  );
  return labels.flatMap(hostLabel =>
    collection(
      { kind: 'host', id: `${clusterId}/host/${hostLabel}`, clusterId, hostLabel },
      escapeIcons(hostLabel),
      { id: 'server' },
      topology.nodes.filter(node => node.hostLabel === hostLabel).sort(byRole),
      state,
      topology,
    ),
  );
}

// Within a host the slots' order says little; what it serves comes first.
function byRole(one: ClusterNode, other: ClusterNode): number {
  const roles = ['master', 'replica', 'spare'];
  return roles.indexOf(roleOf(one)) - roles.indexOf(roleOf(other));
}

function collection(
  element: TreeRow['element'],
  label: string,
  icon: TreeRow['icon'],
  nodes: readonly ClusterNode[],
  state: ClusterState,
  topology: Topology,
): TreeRow[] {
  if (nodes.length === 0) return [];
  const description = element.kind === 'host' ? rolesText(nodes) : String(nodes.length);
  return [
    {
      element,
      label,
      description,
      icon: element.kind === 'host' && nodes.some(needsAttention) ? severityIcon('warning') : icon,
      contextValue: element.kind,
      expansion: 'expanded',
      spoken: `${label}, ${description}`,
      children: nodes.map(node => nodeRow(state, topology, node)),
    },
  ];
}

function nodeRow(state: ClusterState, topology: Topology, node: ClusterNode): TreeRow {
  const clusterId = state.definition.id;
  const description = nodeDescription(node, topology, state);
  return {
    element: { kind: 'node', id: nodeElementId(clusterId, node.id), clusterId, nodeId: node.id },
    label: escapeIcons(nodeName(node, topology)),
    description: escapeIcons(description),
    icon: nodeIcon(node, state),
    contextValue: nodeContextWords(node, state).join(' '),
    expansion: 'none',
    spoken: `${roleOf(node)} ${node.address}, ${node.status === 'spare' ? 'ok' : node.status}, ${description}`,
    children: [],
  };
}

function rolesText(nodes: readonly ClusterNode[]): string {
  const roles = ['master', 'replica', 'spare'] as const;
  return roles
    .map(role => ({ role, count: nodes.filter(node => roleOf(node) === role).length }))
    .filter(({ count }) => count > 0)
    .map(({ role, count }) => `${count} ${role}${count === 1 ? '' : 's'}`)
    .join(' · ');
}

/** A person should look at it. */
export function needsAttention(node: ClusterNode): boolean {
  return node.status === 'failed' || node.status === 'suspect' || node.status === 'unreachable';
}
