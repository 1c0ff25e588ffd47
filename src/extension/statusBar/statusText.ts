import { SlotSet, type Operation, type Plan, type Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { escapeIcons, escapeMarkdown } from '../tree/escape';

export type StatusSeverity = 'error' | 'busy' | 'warning' | 'unknown' | 'ok';

export interface StatusText {
  /** With its icon, for the status bar: `$(warning) 1 replica down`. */
  text: string;
  /** The same without the icon. */
  words: string;
  /** Markdown with icons. */
  tooltip: string;
  severity: StatusSeverity;
}

/** One cluster in a few words, the worst first. */
export function statusText(state: ClusterState): StatusText {
  const { icon, words, severity } = judge(state);
  return { text: `$(${icon}) ${words}`, words, tooltip: paragraph(state, icon, words), severity };
}

/**
 * All clusters as one item, the worst first; undefined when there is none. When nobody watches, what was last seen is
 * shown as just that, without alarm: it may not be so any more.
 */
export function statusOfAll(states: readonly ClusterState[], watched: boolean): StatusText | undefined {
  if (states.length === 0) return undefined;
  const judged = states
    .map(state => ({ name: state.definition.name, status: statusText(state) }))
    .sort((one, other) => order.indexOf(one.status.severity) - order.indexOf(other.status.severity));
  const [worst] = judged;
  const { status, name } = worst!;
  const words = states.length === 1 ? status.words : `${name}: ${status.words}`;
  const paragraphs = judged.map(({ status: { tooltip } }) => tooltip);
  const shown = escapeIcons(words);
  if (watched || status.severity === 'busy') {
    const icon = /^\$\([^)]+\)/.exec(status.text)![0];
    return { text: `${icon} ${shown}`, words, tooltip: paragraphs.join('\n\n---\n\n'), severity: status.severity };
  }
  const note = 'Not watched now: this is how it was last seen. Open the view to look again.';
  return {
    text: `$(eye-closed) ${shown}`,
    words: `${words}, not watched now`,
    tooltip: [...paragraphs, note].join('\n\n---\n\n'),
    severity: 'unknown',
  };
}

const order: readonly StatusSeverity[] = ['error', 'busy', 'warning', 'unknown', 'ok'];

interface Judgement {
  icon: string;
  words: string;
  severity: StatusSeverity;
}

function judge(state: ClusterState): Judgement {
  const { topology, health, failure, operation } = state;
  if (operation) return judgeOperation(operation);
  if (isStoppedLocal(state)) return { icon: 'debug-stop', words: 'stopped', severity: 'unknown' };
  if (!topology) {
    return failure
      ? { icon: 'debug-disconnect', words: 'cannot be reached', severity: 'warning' }
      : { icon: 'circle-outline', words: 'not looked at yet', severity: 'unknown' };
  }
  if (topology.answered === 0) return { icon: 'debug-disconnect', words: 'no node answers', severity: 'error' };
  if (topology.clusterState === 'none') return { icon: 'circle-slash', words: 'no cluster yet', severity: 'unknown' };
  switch (health?.status) {
    case 'failing':
      return { icon: 'error', words: troubleWords(topology, health.problems.length), severity: 'error' };
    case 'degraded':
      return { icon: 'warning', words: troubleWords(topology, health.problems.length), severity: 'warning' };
    case 'ok':
    case undefined:
      return { icon: 'pass', words: count(topology.shards.length, 'shard'), severity: 'ok' };
  }
}

const doing: Record<Plan['kind'], string> = { create: 'Creating', failover: 'Failing over' };

function judgeOperation({ plan, state, progress }: Operation): Judgement {
  const words = `${doing[plan.kind]} ${Math.floor(progress.fraction * 100)} %`;
  return state === 'paused'
    ? { icon: 'debug-pause', words: `${words}, paused`, severity: 'busy' }
    : { icon: 'sync~spin', words, severity: 'busy' };
}

// The first that holds: what stops clients, then what would stop them next.
function troubleWords(topology: Topology, problems: number): string {
  const failed = topology.nodes.filter(({ status }) => status === 'failed' || status === 'unreachable');
  const down = failed.reduce(
    (slots, node) => (node.role === 'master' ? slots.union(node.slots) : slots),
    SlotSet.all.difference(topology.coveredSlots),
  );
  if (!down.isEmpty) return `${slotWords(down)} down`;
  if (topology.clusterState === 'fail') return 'cluster down';
  const replicas = failed.filter(({ role }) => role === 'replica');
  if (replicas.length > 0 && replicas.length === failed.length) return `${count(replicas.length, 'replica')} down`;
  if (failed.length > 0) return `${count(failed.length, 'node')} down`;
  const suspects = topology.nodes.filter(({ status }) => status === 'suspect');
  if (suspects.length > 0) return `${count(suspects.length, 'node')} suspect`;
  return count(problems, 'problem');
}

function slotWords(slots: SlotSet): string {
  if (slots.count === SlotSet.all.count) return 'all slots';
  const ranges = slots.ranges();
  const shown = SlotSet.fromRanges(ranges.slice(0, 2)).toString().replace(',', ', ');
  const rest = ranges.length > 2 ? ` and ${ranges.length - 2} more ranges` : '';
  return `${slots.count === 1 ? 'slot' : 'slots'} ${shown}${rest}`;
}

function paragraph({ definition, health, failure, topology }: ClusterState, icon: string, words: string): string {
  const lines = [`$(${icon}) **${escapeMarkdown(definition.name)}**: ${escapeMarkdown(words)}`];
  if (failure && !topology) lines.push(escapeMarkdown(failure.message));
  const problems = health?.problems ?? [];
  for (const problem of problems.slice(0, 4)) lines.push(`- ${escapeMarkdown(problem.text)}`);
  if (problems.length > 4) lines.push(`- ${problems.length - 4} more`);
  return lines.join('\n\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
