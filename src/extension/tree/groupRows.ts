import { l10n } from 'vscode';
import type { ClusterNode, Shard, Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { isComingUp } from '../sessions/shownHealth';
import { localServerOf, nodeContextWords, roleIn, roleOf } from './contextWords';
import { nodeElementId, type Grouping, type TreeRow } from './elements';
import { escapeIcons } from './escape';
import { nodeIcon, severityIcon } from './icons';
import { formatSlots, nodeDescription, nodeName, roleText, shardName, spareCounts, statusWord } from './nodeText';
import { factsOf, isOutOfService } from './topologyFacts';

// Beyond it a cluster opens with its shards folded, those in trouble excepted.
const mostOpenShards = 12;

/** The nodes of a cluster under their shards or hosts; with shards, spares and failed nodes that serve none come last. */
export function groupRows(state: ClusterState, grouping: Grouping): TreeRow[] {
  const { topology } = state;
  if (!topology) return [];
  const comingUp = isComingUp(state);
  const drawing: Drawing = { state, topology, comingUp, calm: comingUp || isStoppedLocal(state) };
  return grouping === 'host' ? hostRows(drawing) : shardGroupRows(drawing);
}

/** What every row below a cluster is made from. */
interface Drawing {
  state: ClusterState;
  topology: Topology;
  /** It has just begun: what is not whole yet is not in trouble. */
  comingUp: boolean;
  /** No row calls for a look: it has just begun, or rests. */
  calm: boolean;
}

function shardGroupRows(drawing: Drawing): TreeRow[] {
  const { state, topology } = drawing;
  const clusterId = state.definition.id;
  const { shards } = factsOf(topology);
  const groups = shards.map(shard => ({ shard, nodes: nodesOf(shard, topology) }));
  const inShard = new Set(groups.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  const others = topology.nodes.filter(({ id }) => !inShard.has(id));
  const isStopped = (node: ClusterNode): boolean => localServerOf(node, state)?.state === 'stopped';
  // A spare that was stopped did not fail; nor did one that is silent, where there is a cluster that does without it.
  const isFailed = (node: ClusterNode): boolean =>
    needsAttention(node) && (roleOf(node) !== 'spare' || (topology.clusterState === 'none' && !isStopped(node)));
  const failed = others.filter(isFailed);
  const spares = others.filter(node => !isFailed(node));
  return [
    ...groups.map(({ shard, nodes }) => shardRow(drawing, shard, nodes)),
    ...collection(
      { kind: 'spares', id: `${clusterId}/spares`, clusterId },
      spares.every(isStopped)
        ? l10n.t('Stopped')
        : topology.clusterState === 'none'
          ? l10n.t('Nodes in no cluster yet')
          : l10n.t('Spares'),
      { id: 'layers' },
      spares,
      drawing,
    ),
    ...collection(
      { kind: 'failedNodes', id: `${clusterId}/failedNodes`, clusterId },
      l10n.t('Failed nodes'),
      severityIcon('warning'),
      failed,
      drawing,
    ),
  ];
}

/** Its master, its replicas, then what failed and served it before. */
function nodesOf(shard: Shard, topology: Topology): ClusterNode[] {
  const ids = [...(shard.masterId === undefined ? [] : [shard.masterId]), ...shard.replicaIds];
  const { nodesById, formerMembers } = factsOf(topology);
  const former = formerMembers.get(shard.id) ?? [];
  return [...ids.flatMap(id => nodesById.get(id) ?? []), ...former.filter(({ id }) => !ids.includes(id))];
}

function shardRow(drawing: Drawing, shard: Shard, nodes: readonly ClusterNode[]): TreeRow {
  const { state, topology, calm } = drawing;
  const clusterId = state.definition.id;
  const inTrouble = !calm && nodes.some(needsAttention);
  const name = shardName(shard, topology);
  const description = [
    shard.slots.isEmpty ? l10n.t('no slots') : l10n.t('slots {0}', formatSlots(shard)),
    ...(shard.masterId === undefined ? [l10n.t('no master')] : []),
    ...(shard.replicaIds.length === 0 ? [l10n.t('no replica')] : []),
  ].join(' · ');
  return {
    element: { kind: 'shard', id: `${clusterId}/shard/${shard.id}`, clusterId, shardId: shard.id },
    label: name,
    description,
    icon: inTrouble ? severityIcon('warning') : { id: 'database' },
    contextValue: 'shard',
    expansion: factsOf(topology).shards.length <= mostOpenShards || inTrouble ? 'expanded' : 'collapsed',
    spoken: `${name}, ${description}`,
    children: nodes.map(node => nodeRow(drawing, node)),
  };
}

function hostRows(drawing: Drawing): TreeRow[] {
  const { state, topology } = drawing;
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
      drawing,
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
  drawing: Drawing,
): TreeRow[] {
  if (nodes.length === 0) return [];
  const inTrouble = !drawing.calm && nodes.some(needsAttention);
  const description = describeCollection(element.kind, nodes, drawing);
  return [
    {
      element,
      label,
      description,
      icon: element.kind === 'host' && inTrouble ? severityIcon('warning') : icon,
      contextValue: element.kind,
      expansion: 'expanded',
      spoken: `${label}, ${description}`,
      children: nodes.map(node => nodeRow(drawing, node)),
    },
  ];
}

function nodeRow({ state, topology, comingUp }: Drawing, node: ClusterNode): TreeRow {
  const clusterId = state.definition.id;
  const description = nodeDescription(node, topology, state);
  return {
    element: { kind: 'node', id: nodeElementId(clusterId, node.id), clusterId, nodeId: node.id },
    label: escapeIcons(nodeName(node, topology)),
    description: escapeIcons(description),
    icon: nodeIcon(node, state, comingUp),
    contextValue: nodeContextWords(node, state).join(' '),
    expansion: 'none',
    spoken: `${roleText(node, topology)} ${node.address}, ${statusWord(node.status)}, ${description}`,
    children: [],
  };
}

function describeCollection(
  kind: TreeRow['element']['kind'],
  nodes: readonly ClusterNode[],
  { topology, state }: Drawing,
): string {
  if (kind === 'failedNodes') return String(nodes.length);
  const serving = nodes.filter(node => !isOutOfService(node, topology));
  const withRole = (role: ReturnType<typeof roleOf>): ClusterNode[] =>
    serving.filter(node => roleIn(node, topology) === role);
  const { standingBy, others } = spareCounts(withRole('spare'), topology, state);
  if (kind === 'spares') return [...(standingBy > 0 ? [String(standingBy)] : []), ...others].join(' · ');
  const [masters, replicas] = [withRole('master').length, withRole('replica').length];
  const roles = [
    ...(masters > 0 ? [masters === 1 ? l10n.t('1 master') : l10n.t('{0} masters', masters)] : []),
    ...(replicas > 0 ? [replicas === 1 ? l10n.t('1 replica') : l10n.t('{0} replicas', replicas)] : []),
    ...(standingBy > 0 ? [standingBy === 1 ? l10n.t('1 spare') : l10n.t('{0} spares', standingBy)] : []),
  ];
  const out = nodes.length - serving.length;
  return [...roles, ...others, ...(out > 0 ? [l10n.t('{0} failed', out)] : [])].join(' · ');
}

/** A person should look at it. */
export function needsAttention(node: ClusterNode): boolean {
  return node.status === 'failed' || node.status === 'suspect' || node.status === 'unreachable';
}
