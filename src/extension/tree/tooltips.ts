import { l10n } from 'vscode';
import { restartRisk, type ClusterNode, type Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { localServerOf } from './contextWords';
import { problemKeys, type TreeElement } from './elements';
import { jumpHostText } from '../sessions/jumpHostText';
import { shownHealth, type ShownHealth } from '../sessions/shownHealth';
import { escapeMarkdown } from './escape';
import { eventTooltip } from './eventRows';
import { formatBytes, nodeName, roleText, shardName, stateText } from './nodeText';
import { slotServiceText } from './slotService';
import { timeOf } from './timeOf';
import { supervisorWords } from './supervisorRow';

/** The Markdown shown over a row, made only when it is asked for. Undefined where the row already says all. */
export function tooltipOf(element: TreeElement, state: ClusterState): string | undefined {
  const { topology, failure, operation } = state;
  switch (element.kind) {
    case 'cluster':
      return clusterTooltip(state);
    case 'node': {
      const node = topology?.nodes.find(({ id }) => id === element.nodeId);
      return node && topology && nodeTooltip(node, topology, state);
    }
    case 'problem': {
      const { problems } = shownHealth(state);
      const problem = problems[problemKeys(problems).indexOf(element.problemKey)];
      if (!problem) return undefined;
      return `${escapeMarkdown(problem.text)}\n\n${escapeMarkdown(problem.remedy)}\n\n${sinceText(problem)}`;
    }
    case 'failure':
      return (
        failure &&
        [failure.message, failure.remedy]
          .flatMap(text => text ?? [])
          .map(escapeMarkdown)
          .join('\n\n')
      );
    case 'operation':
      return (
        operation && `**${escapeMarkdown(operation.plan.title)}**\n\n${escapeMarkdown(operation.progress.message)}`
      );
    case 'shard': {
      const shard = topology?.shards.find(({ id }) => id === element.shardId);
      return (
        shard &&
        topology &&
        `**${shardName(shard, topology)}**: ${l10n.t('{0} slots', shard.slots.count)}\n\n${escapeMarkdown(shard.slots.toString())}`
      );
    }
    case 'event': {
      const event = state.timeline.latest().find(({ id }) => id === element.eventId);
      return event && eventTooltip(event);
    }
    case 'supervisor':
      return state.supervisor && supervisorTooltip(state.supervisor, shownHealth(state).problems.length);
    case 'events':
    case 'problems':
    case 'host':
    case 'spares':
    case 'failedNodes':
      return undefined;
  }
}

function sinceText(problem: ShownHealth['problems'][number]): string {
  const when = timeOf(problem.sinceMilliseconds);
  return 'onlyByCheck' in problem ? l10n.t('Checked at {0}', when) : l10n.t('Since {0}', when);
}

/** What it says, and which guards do not pass. */
function supervisorTooltip(supervisor: NonNullable<ClusterState['supervisor']>, problems: number): string {
  const failing = supervisor.guards.filter(({ passed }) => !passed);
  return [supervisorWords(supervisor, problems), ...failing.map(({ text }) => `- ${text}`)]
    .map(escapeMarkdown)
    .join('\n\n');
}

function clusterTooltip(state: ClusterState): string {
  const { definition, topology } = state;
  const lines = [`**${escapeMarkdown(definition.name)}**`];
  if (topology) {
    const versions = new Set(topology.nodes.flatMap(({ info }) => (info ? [`${info.flavour} ${info.version}`] : [])));
    lines.push(
      table([
        [
          l10n.t('Nodes'),
          l10n.t('{0}, of which {1} of {2} answered', topology.nodes.length, topology.answered, topology.asked),
        ],
        [l10n.t('Slots'), slotServiceText(topology)],
        [l10n.t('Server'), [...versions].sort().join(', ')],
        [l10n.t('Last look'), timeOf(topology.observedAtMilliseconds)],
      ]),
    );
  }
  for (const problem of shownHealth(state).problems.slice(0, 5)) lines.push(`- ${escapeMarkdown(problem.text)}`);
  if (definition.local)
    lines.push(
      l10n.t(
        'Servers on this machine, in {0}. They keep running when VS Code is closed; "Stop Local Cluster" ends them.',
        escapeMarkdown(definition.local.directory),
      ),
    );
  if (definition.ssh)
    lines.push(l10n.t('Reached through the jump host {0}.', escapeMarkdown(jumpHostText(definition.ssh))));
  if (definition.tls?.skipVerification) lines.push(l10n.t('TLS certificates are **not** verified.'));
  if (definition.production) lines.push(l10n.t('In production: whatever changes it wants its name typed.'));
  if (definition.readOnly) lines.push(l10n.t('Read-only: no change is offered.'));
  return lines.join('\n\n');
}

function nodeTooltip(node: ClusterNode, topology: Topology, session: ClusterState): string {
  const { info } = node;
  const master = topology.nodes.find(({ id }) => id === node.masterId);
  const former = topology.shards.find(({ id }) => id === node.formerShardId);
  const server = localServerOf(node, session);
  const rows: [string, string | undefined][] = [
    [l10n.t('State'), stateText(node, topology, session)],
    [l10n.t('Role'), roleText(node, topology)],
    [l10n.t('Replica of'), master && nodeName(master, topology)],
    [l10n.t('Served before'), former && shardName(former, topology)],
    [l10n.t('Slots'), node.slots.isEmpty ? undefined : `${node.slots.count}: ${node.slots.toString()}`],
    [l10n.t('Open slots'), node.openSlots.length === 0 ? undefined : String(node.openSlots.length)],
    [l10n.t('Host'), node.hostLabel === node.host ? undefined : node.hostLabel],
    [l10n.t('Server'), info && `${info.flavour} ${info.version}`],
    [l10n.t('Memory'), info && memoryText(info.usedMemoryBytes, info.maxMemoryBytes)],
    [l10n.t('Keys'), info && info.keys.toLocaleString('en')],
    [l10n.t('Operations'), info && l10n.t('{0} per second', info.operationsPerSecond)],
    [l10n.t('Clients'), info && String(info.clients)],
    [l10n.t('Behind its master'), node.lagBytes === undefined ? undefined : formatBytes(node.lagBytes)],
    [l10n.t('Up for'), info && durationText(info.uptimeSeconds)],
    [
      l10n.t('Round trip'),
      node.roundTripMilliseconds === undefined ? undefined : `${node.roundTripMilliseconds.toFixed(1)} ms`,
    ],
    [l10n.t('Config epoch'), String(node.configEpoch)],
    [l10n.t('Process'), server?.pid === undefined ? undefined : String(server.pid)],
    [l10n.t('Node id'), node.id],
  ];
  const parts = [`**${escapeMarkdown(node.address)}**`, table(rows)];
  if (node.unreachableReason !== undefined) parts.push(escapeMarkdown(node.unreachableReason));
  const remedy = remedyFor(node, topology, server?.state);
  if (remedy !== undefined) parts.push(remedy);
  return parts.join('\n\n');
}

function remedyFor(
  node: ClusterNode,
  topology: Topology,
  localState: 'running' | 'paused' | 'stopped' | undefined,
): string | undefined {
  const risk = localState === 'paused' ? undefined : restartRisk(node, topology);
  if (risk) return escapeMarkdown(risk.text);
  if (localState === 'stopped') return l10n.t('"Start Node" brings it back with its data.');
  if (localState === 'paused') return l10n.t('"Resume Node" lets it go on.');
  if (node.status !== 'failed' && node.status !== 'unreachable') return undefined;
  return l10n.t('Start its server again where it runs: it finds the cluster by itself and joins it with its data.');
}

function table(rows: readonly (readonly [string, string | undefined])[]): string {
  const lines = rows.flatMap(([name, value]) => (value ? [`| ${name} | ${escapeMarkdown(value)} |`] : []));
  return ['| | |', '|---|---|', ...lines].join('\n');
}

function memoryText(used: number, limit: number): string {
  return limit === 0 ? formatBytes(used) : l10n.t('{0} of {1}', formatBytes(used), formatBytes(limit));
}

/** `90 s`, `12 min`, `5 h`, `3 days`. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : l10n.t('{0} days', Math.round(seconds / 86_400));
}
