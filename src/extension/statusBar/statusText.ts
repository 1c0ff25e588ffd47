import { l10n } from 'vscode';
import { commandIds } from '../../shared/commandIds';
import { supervisorWords } from '../tree/supervisorRow';
import type { ClusterColor } from '../../shared/clusterColors';
import { clusterColor } from '../sessions/clusterMarks';
import type { ClusterState } from '../sessions/clusterState';
import { shownHealth } from '../sessions/shownHealth';
import { escapeIcons, escapeMarkdown } from '../tree/escape';
import { gravityOf, judge, judgeElsewhere, judgeOperation, type Judgement, type StatusSeverity } from './judge';

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

/** One cluster in a few words: the operation that runs on it, here or in another window, else how it is. */
export function statusText(state: ClusterState): StatusText {
  if (state.operation) return toText(state, judgeOperation(state.operation));
  return state.operationElsewhere ? toText(state, judgeElsewhere()) : restingText(state);
}

function isBusy({ operation, operationElsewhere }: ClusterState): boolean {
  return operation !== undefined || operationElsewhere !== undefined;
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
  const running = states.flatMap(state => (isBusy(state) ? [part(state, statusText(state), several)] : []));
  const healths = states
    .map(state => ({ state, status: restingText(state) }))
    .sort((one, other) => bySeverity(one.status, other.status) || gravityOf(other.state) - gravityOf(one.state));
  const tooltip = healths.map(({ state, status }) => (isBusy(state) ? statusText(state) : status).tooltip);
  if (running.length > 0) {
    const worst = healths.find(({ state, status }) => isWorthTelling(state, status, watched));
    const trouble = worst ? [part(worst.state, worst.status, several)] : [];
    return {
      ...joined([running[0]!, ...moreOf(running.length - 1), ...trouble]),
      tooltip: paragraphs(tooltip),
      severity: worst?.status.severity ?? 'busy',
      ...colorOf((worst ?? healths.find(({ state }) => isBusy(state)))!.state),
    };
  }
  const { state, status } = healths[0]!;
  const first = part(state, status, several);
  const others = healths.slice(1).filter(other => isWorthTelling(other.state, other.status, watched)).length;
  const { text, words } = joined([first, ...moreOf(others)]);
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

function bySeverity(one: StatusText, other: StatusText): number {
  return order.indexOf(one.severity) - order.indexOf(other.severity);
}

type Words = Pick<StatusText, 'text' | 'words'>;

function moreOf(others: number): Words[] {
  return others > 0 ? [{ text: `+${others}`, words: l10n.t('{0} more', others) }] : [];
}

function joined(parts: readonly Words[]): Words {
  return { text: parts.map(({ text }) => text).join(' '), words: parts.map(({ words }) => words).join(', ') };
}

function toText(state: ClusterState, { icon, words, severity }: Judgement): StatusText {
  return { text: `$(${icon}) ${words}`, words, tooltip: paragraph(state, icon, words), severity };
}

function colorOf({ definition }: ClusterState): Pick<StatusText, 'color'> {
  const color = clusterColor(definition);
  return color ? { color } : {};
}

/** With the cluster's name where there are several, or where nobody may mistake it. */
function part({ definition }: ClusterState, status: StatusText, several: boolean): Words {
  if (!several && !definition.production) return status;
  const words = `${definition.name}${definition.production ? `, ${l10n.t('production')}` : ''}: ${status.words}`;
  const icon = /^\$\([^)]+\)/.exec(status.text)![0];
  return { text: `${icon} ${escapeIcons(words)}`, words };
}

// Of a cluster that is being changed, a warning is what mostly comes with the change.
function isWorthTelling(state: ClusterState, { severity }: StatusText, watched: boolean): boolean {
  if (isBusy(state)) return severity === 'error';
  return watched && (severity === 'error' || severity === 'warning');
}

function paragraphs(texts: readonly string[]): string {
  return texts.join('\n\n---\n\n');
}

function paragraph(state: ClusterState, icon: string, words: string): string {
  const { definition, failure, topology, supervisor, operation, operationElsewhere } = state;
  const lines = [`$(${icon}) **${escapeMarkdown(definition.name)}**: ${escapeMarkdown(words)}`];
  if (!operation && operationElsewhere) lines.push(escapeMarkdown(operationElsewhere.title));
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
