import { l10n } from 'vscode';
import { commandIds } from '../../shared/commandIds';
import { supervisorWords } from '../tree/supervisorRow';
import { SlotSet, type Operation, type Plan, type Topology } from '../../core/index';
import type { ClusterColor } from '../../shared/clusterColors';
import { clusterColor } from '../sessions/clusterMarks';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { shownHealth } from '../sessions/shownHealth';
import { escapeIcons, escapeMarkdown } from '../tree/escape';
import { shardCount } from '../tree/topologyFacts';

export type StatusSeverity = 'error' | 'busy' | 'warning' | 'unknown' | 'ok';

export interface StatusText {
  /** With its icon, for the status bar: `$(warning) 1 replica down`. */
  text: string;
  /** The same without the icon. */
  words: string;
  /** Markdown with icons. */
  tooltip: string;
  severity: StatusSeverity;
  /** Of the mark of the cluster that comes first. */
  color?: ClusterColor;
}

/** One cluster in a few words: the operation that runs on it, else how it is. */
export function statusText(state: ClusterState): StatusText {
  return state.operation ? toText(state, judgeOperation(state.operation)) : restingText(state);
}

/** How it is, whatever runs on it. */
export function restingText(state: ClusterState): StatusText {
  return toText(state, judge(state));
}

/**
 * All clusters as one item: what runs, then the worst trouble of any; undefined when there is no cluster. When nobody
 * watches, what was last seen is shown as just that, without alarm: it may not be so any more. A cluster on which an
 * operation runs is always watched.
 */
export function statusOfAll(states: readonly ClusterState[], watched: boolean): StatusText | undefined {
  if (states.length === 0) return undefined;
  const several = states.length > 1;
  const running = states.flatMap(state => (state.operation ? [part(state, statusText(state), several)] : []));
  const healths = states
    .map(state => ({ state, status: restingText(state) }))
    .sort((one, other) => order.indexOf(one.status.severity) - order.indexOf(other.status.severity));
  const tooltip = healths.map(({ state, status }) => (state.operation ? statusText(state) : status).tooltip);
  if (running.length > 0) {
    const worst = healths.find(({ state, status }) => isWorthTelling(state, status, watched));
    const trouble = worst ? [part(worst.state, worst.status, several)] : [];
    const [first] = running;
    const more =
      running.length > 1 ? [{ text: `+${running.length - 1}`, words: l10n.t('{0} more', running.length - 1) }] : [];
    const parts = [first!, ...more, ...trouble];
    return {
      text: parts.map(({ text }) => text).join(' '),
      words: parts.map(({ words }) => words).join(', '),
      tooltip: paragraphs(tooltip),
      severity: worst?.status.severity ?? 'busy',
      ...colorOf((worst ?? healths.find(({ state }) => state.operation))!.state),
    };
  }
  const { state, status } = healths[0]!;
  const { text, words } = part(state, status, several);
  if (watched) return { text, words, tooltip: paragraphs(tooltip), severity: status.severity, ...colorOf(state) };
  const note = l10n.t('Not watched now: this is how it was last seen. Open the view to look again.');
  return {
    text: text.replace(/^\$\([^)]+\)/, '$(eye-closed)'),
    words: l10n.t('{0}, not watched now', words),
    tooltip: paragraphs([...tooltip, note]),
    severity: 'unknown',
    ...colorOf(state),
  };
}

const order: readonly StatusSeverity[] = ['error', 'busy', 'warning', 'unknown', 'ok'];

interface Judgement {
  icon: string;
  words: string;
  severity: StatusSeverity;
}

function toText(state: ClusterState, { icon, words, severity }: Judgement): StatusText {
  return { text: `$(${icon}) ${words}`, words, tooltip: paragraph(state, icon, words), severity };
}

function colorOf({ definition }: ClusterState): Pick<StatusText, 'color'> {
  const color = clusterColor(definition);
  return color ? { color } : {};
}

/** With the cluster's name where there are several, or where nobody may mistake it. */
function part({ definition }: ClusterState, status: StatusText, several: boolean): Pick<StatusText, 'text' | 'words'> {
  if (!several && !definition.production) return status;
  const words = `${definition.name}${definition.production ? `, ${l10n.t('production')}` : ''}: ${status.words}`;
  const icon = /^\$\([^)]+\)/.exec(status.text)![0];
  return { text: `${icon} ${escapeIcons(words)}`, words };
}

// Of a cluster that is being changed, a warning is what mostly comes with the change.
function isWorthTelling({ operation }: ClusterState, { severity }: StatusText, watched: boolean): boolean {
  if (operation) return severity === 'error';
  return watched && (severity === 'error' || severity === 'warning');
}

function paragraphs(texts: readonly string[]): string {
  return texts.join('\n\n---\n\n');
}

function judge(state: ClusterState): Judgement {
  const { topology, failure } = state;
  if (isStoppedLocal(state)) return { icon: 'debug-stop', words: l10n.t('stopped'), severity: 'unknown' };
  if (!topology) {
    return failure
      ? { icon: 'debug-disconnect', words: l10n.t('cannot be reached'), severity: 'warning' }
      : { icon: 'circle-outline', words: l10n.t('not looked at yet'), severity: 'unknown' };
  }
  if (topology.answered === 0) return { icon: 'debug-disconnect', words: l10n.t('no node answers'), severity: 'error' };
  const { status, problems } = shownHealth(state);
  if (status === 'comingUp') return { icon: 'loading~spin', words: l10n.t('coming up'), severity: 'unknown' };
  if (topology.clusterState === 'none')
    return { icon: 'circle-slash', words: l10n.t('no cluster yet'), severity: 'unknown' };
  switch (status) {
    case 'failing':
      return { icon: 'error', words: troubleWords(topology, problems.length), severity: 'error' };
    case 'degraded':
      return { icon: 'warning', words: troubleWords(topology, problems.length), severity: 'warning' };
    case 'ok':
    case undefined:
      return { icon: 'pass', words: shardsText(shardCount(topology)), severity: 'ok' };
  }
}

function doingText(kind: Plan['kind']): string {
  switch (kind) {
    case 'create':
      return l10n.t('Creating');
    case 'failover':
      return l10n.t('Failing over');
    case 'replaceNode':
      return l10n.t('Replacing a node');
    case 'addNode':
      return l10n.t('Adding a node');
    case 'removeNode':
      return l10n.t('Removing a node');
    case 'moveReplica':
      return l10n.t('Moving a replica');
    case 'balanceRoles':
      return l10n.t('Balancing roles');
    case 'reshard':
      return l10n.t('Moving slots');
    case 'balanceSlots':
      return l10n.t('Balancing slots');
    case 'fix':
      return l10n.t('Fixing slots');
    case 'import':
      return l10n.t('Importing keys');
    case 'setConfig':
      return l10n.t('Setting configuration');
    case 'runCommand':
      return l10n.t('Running a command');
  }
}

function judgeOperation({ plan, state, progress }: Operation): Judgement {
  const words = `${doingText(plan.kind)} ${Math.floor(progress.fraction * 100)} %`;
  return state === 'paused'
    ? { icon: 'debug-pause', words: l10n.t('{0}, paused', words), severity: 'busy' }
    : { icon: 'sync~spin', words, severity: 'busy' };
}

// The first that holds: what stops clients, then what would stop them next.
function troubleWords(topology: Topology, problems: number): string {
  const failed = topology.nodes.filter(({ status }) => status === 'failed' || status === 'unreachable');
  const down = failed.reduce(
    (slots, node) => (node.role === 'master' ? slots.union(node.slots) : slots),
    SlotSet.all.difference(topology.coveredSlots),
  );
  if (!down.isEmpty) return l10n.t('{0} down', slotWords(down));
  if (topology.clusterState === 'fail') return l10n.t('cluster down');
  const replicas = failed.filter(({ role }) => role === 'replica');
  if (replicas.length > 0 && replicas.length === failed.length)
    return replicas.length === 1 ? l10n.t('1 replica down') : l10n.t('{0} replicas down', replicas.length);
  if (failed.length > 0) return failed.length === 1 ? l10n.t('1 node down') : l10n.t('{0} nodes down', failed.length);
  const suspects = topology.nodes.filter(({ status }) => status === 'suspect');
  if (suspects.length > 0)
    return suspects.length === 1 ? l10n.t('1 node suspect') : l10n.t('{0} nodes suspect', suspects.length);
  return problems === 1 ? l10n.t('1 problem') : l10n.t('{0} problems', problems);
}

function slotWords(slots: SlotSet): string {
  if (slots.count === SlotSet.all.count) return l10n.t('all slots');
  const ranges = slots.ranges();
  const shown = SlotSet.fromRanges(ranges.slice(0, 2)).toString().replace(',', ', ');
  if (ranges.length > 2) return l10n.t('slots {0} and {1} more ranges', shown, ranges.length - 2);
  return slots.count === 1 ? l10n.t('slot {0}', shown) : l10n.t('slots {0}', shown);
}

function paragraph(state: ClusterState, icon: string, words: string): string {
  const { definition, failure, topology, supervisor } = state;
  const lines = [`$(${icon}) **${escapeMarkdown(definition.name)}**: ${escapeMarkdown(words)}`];
  if (failure && !topology) lines.push(escapeMarkdown(failure.message));
  const { problems } = shownHealth(state);
  for (const problem of problems.slice(0, 4)) lines.push(`- ${escapeMarkdown(problem.text)}`);
  if (problems.length > 4) lines.push(`- ${l10n.t('{0} more', problems.length - 4)}`);
  if (supervisor && supervisor.state.kind !== 'off') {
    const link = (label: string, command: string, argument: object): string =>
      `[${label}](command:${command}?${encodeURIComponent(JSON.stringify([{ clusterId: definition.id, ...argument }]))})`;
    const explain = link(l10n.t('Explain'), commandIds.explainSupervisor, {});
    const turnOff = link(l10n.t('Turn Off'), commandIds.superviseCluster, { mode: 'off' });
    lines.push(
      `$(shield) ${l10n.t('Supervisor')}: ${escapeMarkdown(supervisorWords(supervisor, problems.length))} · ${explain} · ${turnOff}`,
    );
  }
  return lines.join('\n\n');
}

function shardsText(shards: number): string {
  return shards === 1 ? l10n.t('1 shard') : l10n.t('{0} shards', shards);
}
