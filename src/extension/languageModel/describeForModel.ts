import { markdownTable, plainMarkdown, resilience, type ClusterNode, type Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { supervisorStateText } from '../supervision/supervisorStateText';
import { roleOf } from '../tree/contextWords';
import { formatBytes } from '../tree/nodeText';

const mostNodes = 100;
const mostShards = 100;
const mostProblems = 50;
const mostLosses = 10;
const mostDisagreements = 20;

/** Nodes, shards, slots and what the nodes disagree about, as the last look saw them; at most so many of each. */
export function topologyText(topology: Topology, { definition }: Pick<ClusterState, 'definition'>): string {
  const { nodes, shards, disagreements } = topology;
  return [
    ...headLines(topology, definition.name),
    '',
    '## Shards',
    '',
    ...tableOf(['Master', 'Slots', 'Replicas'], shards.slice(0, mostShards).map(shardRow(nodes)), shards.length),
    '',
    '## Nodes',
    '',
    ...tableOf(
      ['Node', 'Host', 'Role', 'Status', 'Version', 'Memory', 'Keys', 'Commands/s', 'Behind'],
      [...nodes].sort(attentionFirst).slice(0, mostNodes).map(nodeRow),
      nodes.length,
    ),
    ...(disagreements.length === 0 ? [] : ['', '## The nodes disagree', '']),
    ...some(
      disagreements.map(({ text }) => `- ${plainMarkdown(text)}`),
      mostDisagreements,
    ),
    '',
  ].join('\n');
}

/** What is wrong with remedies, what is at stake if something dies, who looks after it, what runs. */
export function healthText(topology: Topology, { definition, health, supervisor, operation }: ClusterState): string {
  const problems = health?.problems ?? [];
  const losses = resilience(topology).filter(({ remedy }) => remedy !== undefined);
  return [
    ...headLines(topology, definition.name),
    '',
    '## Problems',
    '',
    ...(problems.length === 0 ? ['None is seen. "Redis Cluster: Check Cluster" looks deeper.'] : []),
    ...some(
      problems.map(
        ({ severity, text, remedy, sinceMilliseconds }) =>
          `- ${severity}: ${plainMarkdown(text)} Since ${isoTime(sinceMilliseconds)}. Remedy: ${plainMarkdown(remedy)}`,
      ),
      mostProblems,
    ),
    '',
    '## What would be lost if one more died',
    '',
    ...(losses.length === 0 ? ['Nothing.'] : []),
    ...some(
      losses.map(({ text, remedy }) => `- ${plainMarkdown(`${text} ${remedy}`)}`),
      mostLosses,
    ),
    '',
    '## Who looks after it',
    '',
    `Supervisor: ${supervisor ? plainMarkdown(supervisorStateText(supervisor.state, problems.length)) : 'none.'}`,
    ...(operation ? [`An operation runs: ${plainMarkdown(operation.plan.title)}.`] : []),
    ...(definition.readOnly ? ['The cluster is marked as read-only: nothing is changed from here.'] : []),
    '',
  ].join('\n');
}

function headLines(topology: Topology, name: string): string[] {
  const { clusterState, shards, nodes, answered, asked, coveredSlots, observedAtMilliseconds } = topology;
  const state = clusterState === 'none' ? 'No cluster yet, only single nodes' : `Cluster state: ${clusterState}`;
  return [
    `# ${plainMarkdown(name)}`,
    '',
    `${state}. ${nodes.length} nodes, ${shards.length} shards, ${coveredSlots.count} of 16384 slots served. ${answered} of ${asked} nodes asked answered, at ${isoTime(observedAtMilliseconds)}.`,
  ];
}

function shardRow(nodes: readonly ClusterNode[]): (shard: Topology['shards'][number]) => string[] {
  const addresses = new Map(nodes.map(({ id, address }) => [id, address]));
  const nameOf = (id: string): string => addresses.get(id) ?? id;
  return ({ masterId, slots, replicaIds }) => [
    masterId === undefined ? 'none' : nameOf(masterId),
    shortened(slots.toString()),
    replicaIds.length === 0 ? 'none' : some(replicaIds.map(nameOf), 10).join(', '),
  ];
}

function nodeRow(node: ClusterNode): string[] {
  const { address, hostLabel, status, info, lagBytes } = node;
  return [
    address,
    hostLabel,
    roleOf(node),
    status,
    info ? `${info.flavour} ${info.version}` : '',
    info ? formatBytes(info.usedMemoryBytes) : '',
    info ? String(info.keys) : '',
    info ? String(info.operationsPerSecond) : '',
    lagBytes === undefined ? '' : formatBytes(lagBytes),
  ];
}

/** Where not all can be shown, those that are well are left out. */
function attentionFirst(one: ClusterNode, other: ClusterNode): number {
  return Number(isWell(one)) - Number(isWell(other));
}

function isWell({ status }: ClusterNode): boolean {
  return status === 'ok' || status === 'spare';
}

function tableOf(titles: readonly string[], rows: readonly (readonly string[])[], all: number): string[] {
  if (all === 0) return ['None.'];
  const left = all - rows.length;
  return [...markdownTable(titles, rows), ...(left > 0 ? ['', `And ${left} more.`] : [])];
}

function some(lines: readonly string[], most: number): string[] {
  const left = lines.length - most;
  return left <= 0 ? [...lines] : [...lines.slice(0, most), `and ${left} more`];
}

const longestSlots = 200;

function shortened(text: string): string {
  return text.length > longestSlots ? `${text.slice(0, longestSlots - 1)}…` : text;
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
