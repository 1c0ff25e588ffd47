import { SlotSet } from '../topology/slotSet';
import { settingLines } from './config/settingLines';
import { count, joinWords } from './phrases';
import { moveLines, shardSizes, timeText } from './slots/moveText';
import type { PlacementScore, Plan, PlannedNode, PlanRisk } from './types';

/** The plan as plain text for a terminal, a preview or a file: columns aligned, lines of at most about 100 characters. */
export function describePlan(plan: Plan): string {
  const { nodes } = plan.after;
  const spares = nodes.filter(node => node.role === 'spare');
  const replicas = nodes.filter(node => node.role === 'replica');
  return [
    [plan.title, `Risk: ${RISK[plan.risk]}`, ...timeText(plan).map(text => `Time: ${text}`)],
    describeShards(nodes),
    section('Spares', spares.map(nameWithHost)),
    section('Found', plan.findings ?? []),
    section('Changes', [...describeChanges(plan), ...settingLines(plan)]),
    section('Moves', moveLines(plan)),
    section('Placement', plan.placement ? describePlacement(plan.placement, replicas.length > 0) : []),
    section(
      'Steps',
      plan.steps.map((step, index) => `${index + 1}. ${step.text}`),
    ),
    section(
      'Warnings',
      plan.warnings.map(warning => `! ${warning.text}`),
    ),
  ]
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')
    .concat('\n');
}

const RISK: Record<PlanRisk, string> = {
  none: 'none.',
  interruptsWrites: 'writes can stop for a moment.',
  losesData: 'data can be lost.',
};

function section(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [title, ...entries.flatMap(wrap)];
}

/** One row per master, further replicas on rows of their own below it. */
function describeShards(nodes: readonly PlannedNode[]): string[] {
  const masters = nodes.filter(node => node.role === 'master');
  if (masters.length === 0) return [];
  const sizes = shardSizes(masters);
  const rows = masters.flatMap(master => {
    const replicas = nodes.filter(node => node.master === master.address).map(nameWithHost);
    const slots = SlotSet.parse(master.slots);
    const [first = '-', ...others] = replicas;
    return [
      [master.address, master.hostLabel, slots.toString() || '-', String(slots.count), ...sizes.of(master), first],
      ...others.map(replica => ['', '', '', '', ...sizes.titles.map(() => ''), replica]),
    ];
  });
  return alignColumns(
    [['Master', 'Host', 'Slots', 'Count', ...sizes.titles, 'Replicas'], ...rows],
    [3, ...sizes.titles.map((_, index) => 4 + index)],
  );
}

/** What becomes of nodes; of those a creation found empty the table above tells it. */
function describeChanges({ kind, before, after }: Plan): string[] {
  const nodesAfter = new Map(after.nodes.map(node => [node.id, node]));
  return before.nodes.flatMap(was => {
    if (was.role === 'spare' && kind === 'create') return [];
    const is = nodesAfter.get(was.id);
    const [from, to] = [roleText(was), is ? roleText(is) : 'forgotten'];
    return from === to ? [] : [`${was.address}: ${from} -> ${to}`];
  });
}

function roleText({ role, master, slots }: PlannedNode): string {
  if (role === 'replica') return `replica of ${master ?? 'nobody'}`;
  return role === 'master' ? `master of ${slots || 'no slots'}` : role;
}

function nameWithHost(node: PlannedNode): string {
  return `${node.address} (${node.hostLabel})`;
}

function alignColumns(rows: readonly string[][], numeric: readonly number[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row =>
    row
      .map((cell, column) => (numeric.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

function describePlacement(score: PlacementScore, hasReplicas: boolean): string[] {
  const {
    replicasOnMastersHost: onMastersHost,
    replicasSharingHost: sharing,
    masterSpread,
    hostsHoldingMajority,
  } = score;
  return [
    ...(hasReplicas ? [describeReplicaHosts(onMastersHost), describeSharing(sharing)] : []),
    masterSpread === 0
      ? 'Every host holds the same number of masters.'
      : `The numbers of masters per host differ by ${masterSpread}.`,
    hostsHoldingMajority.length === 0
      ? 'Any one host can die and a majority of the masters is left to elect replacements.'
      : `When ${joinWords(hostsHoldingMajority, 'or')} dies, no majority of the masters is left and nothing fails over by itself.`,
    score.total === 0 ? 'Score 0, the best there is.' : `Score ${score.total}; 0 is the best there is.`,
  ];
}

function describeReplicaHosts(onMastersHost: number): string {
  if (onMastersHost === 0) return 'Every replica is on another host than its master.';
  return onMastersHost === 1
    ? '1 replica is on the host of its own master.'
    : `${onMastersHost} replicas are on the hosts of their own masters.`;
}

function describeSharing(sharing: number): string {
  if (sharing === 0) return 'No two replicas of a master share a host.';
  return `${count(sharing, 'replica')} ${sharing === 1 ? 'shares its' : 'share their'} host with another replica of the same master.`;
}

const LINE_WIDTH = 100;

// Two blanks in front; later lines begin under the text that follows `1. ` or `! `.
function wrap(entry: string): string[] {
  const marker = /^(?:\d+\.|!) /.exec(entry)?.[0] ?? '';
  const prefix = `  ${marker}`;
  const lines: string[] = [];
  for (const word of entry.slice(marker.length).split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && prefix.length + line.length + 1 + word.length <= LINE_WIDTH)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, index) => (index === 0 ? prefix : ' '.repeat(prefix.length)) + line);
}
