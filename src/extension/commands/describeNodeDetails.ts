import {
  markdownTable,
  plainMarkdown,
  settingDifferences,
  type ClusterNode,
  type ConfigReading,
  type InfoField,
  type InfoSection,
  type NodeDetails,
  type NodeTimes,
  type Told,
} from '../../core/index';
import { reportOf, type Report, type ReportAction } from '../report';
import { formatBytes } from '../tree/nodeText';
import { durationText } from '../tree/tooltips';
import { clientLines, milliseconds, slowLines } from './describeActivity';

export interface DetailedNode {
  node: ClusterNode;
  clusterName: string;
  details: NodeDetails;
  /** Of this node and of those it is compared with. */
  settings: ConfigReading;
  /** The nodes it is compared with: id -> address. */
  siblings: ReadonlyMap<string, string>;
  /** How many nodes it could be compared with. */
  siblingsInAll: number;
  readAt: Date;
}

/** The documents of their own hold more. */
const mostRows = 10;

/** Everything one node tells, what needs attention first. `actions` stand above the text. */
export function describeNodeDetails(detailed: DetailedNode, actions: readonly ReportAction[]): Report {
  const { node, clusterName, details } = detailed;
  return reportOf([
    { text: `# ${plainMarkdown(node.address)}`, actions },
    '',
    plainMarkdown(`${headline(node)}; a node of ${clusterName}, asked at ${detailed.readAt.toLocaleTimeString()}.`),
    '',
    '## Settings unlike those of its siblings',
    '',
    ...differenceLines(detailed),
    '',
    '## Where its time goes',
    '',
    ...linesOf(details.times, timeLines),
    '',
    '## Slow commands',
    '',
    ...linesOf(details.slow, slow => slowLines(slow, mostRows)),
    '',
    '## Clients',
    '',
    ...linesOf(details.clients, clients => clientLines(clients, mostRows)),
    '',
    '## INFO',
    '',
    ...linesOf(details.info, sections => sections.flatMap(sectionLines)),
    '',
    '## All settings',
    '',
    ...settingLines(detailed),
    '',
  ]);
}

function headline({ role, status, slots, hostLabel, info }: ClusterNode): string {
  const serves = slots.count > 0 ? ` of slots ${slots.toString()}` : '';
  const is = status === 'spare' ? 'Spare' : `${role === 'master' ? 'Master' : 'Replica'}${serves}, ${status}`;
  const server = info ? `, ${info.flavour === 'valkey' ? 'Valkey' : 'Redis'} ${info.version}` : '';
  return `${is}, on ${hostLabel}${server}`;
}

function linesOf<Facts>(told: Told<Facts>, lines: (facts: Facts) => readonly string[]): readonly string[] {
  return 'facts' in told ? lines(told.facts) : [`Not told. ${plainMarkdown(told.refusal)}`];
}

function differenceLines({ node, settings, siblings, siblingsInAll }: DetailedNode): string[] {
  const refusal = settings.failures[node.id];
  if (refusal !== undefined) return [`Not told. ${plainMarkdown(refusal)}`];
  const compared = [...siblings].filter(([id]) => settings.values[id] !== undefined);
  if (compared.length === 0) return ['No other node could be asked for its settings.'];
  const rows = settingDifferences(settings, node.id).map(({ name, value, others }) => [
    name,
    valueText(value),
    others.map(({ value: other, nodeIds }) => `${valueText(other)}: ${whereText(nodeIds, siblings)}`).join('; '),
  ]);
  const scope = `Compared with ${compared.length} of ${siblingsInAll} other nodes, those of its own shard first. What says which server it is (ports, paths, announced addresses) is left out, and so is every secret.`;
  return rows.length === 0 ? [`None. ${scope}`] : [scope, '', ...markdownTable(['Setting', 'Here', 'Elsewhere'], rows)];
}

function whereText(nodeIds: readonly string[], siblings: ReadonlyMap<string, string>): string {
  return nodeIds.length > 3 ? `${nodeIds.length} nodes` : nodeIds.map(id => siblings.get(id) ?? id).join(', ');
}

/** Characters; a list of client-output-buffer-limit has 70. */
const longestValue = 120;

function valueText(value: string | undefined): string {
  if (value === undefined) return 'no such setting';
  if (value === '') return '""';
  return value.length > longestValue ? `${value.slice(0, longestValue - 1)}…` : value;
}

function timeLines({ commands, total, spikes, spikeThresholdMilliseconds: threshold }: NodeTimes): string[] {
  const rows = commands.map(({ command, calls, totalMicroseconds, failed, p50Microseconds, p99Microseconds }) => [
    command,
    String(calls),
    milliseconds(totalMicroseconds),
    milliseconds(totalMicroseconds / Math.max(1, calls)),
    p50Microseconds === undefined ? '' : milliseconds(p50Microseconds),
    p99Microseconds === undefined ? '' : milliseconds(p99Microseconds),
    failed === 0 ? '' : String(failed),
  ]);
  const numbers = ['Calls', 'In all', 'Mean', 'p50', 'p99', 'Failed'];
  return [
    `${rows.length} of ${total} kinds of commands since the statistics were last reset, those that took most time in all first.`,
    '',
    ...(rows.length === 0 ? ['None was run yet.'] : markdownTable(['Command', ...numbers], rows, numbers)),
    '',
    ...spikeLines(spikes, threshold),
  ];
}

function spikeLines(spikes: NodeTimes['spikes'], threshold: number | undefined): string[] {
  if (threshold === 0) return ['The server keeps no latency spikes (`latency-monitor-threshold` is 0).'];
  if (spikes === undefined) return ['The server does not tell this user of latency spikes (`+latency|latest`).'];
  if (spikes.length === 0) return ['No latency spike is kept.'];
  const rows = spikes.map(({ event, atMilliseconds, latestMilliseconds, mostMilliseconds }) => [
    event,
    new Date(atMilliseconds).toLocaleString(),
    `${latestMilliseconds} ms`,
    `${mostMilliseconds} ms`,
  ]);
  return markdownTable(['Latency spike', 'Last at', 'Last', 'Most'], rows, ['Last', 'Most']);
}

function sectionLines({ title, fields, leftOut }: InfoSection): string[] {
  // Those are the same again, in other words.
  const shown = fields.filter(({ name }) => !name.endsWith('_human'));
  return [
    `### ${plainMarkdown(title)}`,
    '',
    ...markdownTable(
      ['Field', 'Value', 'In words'],
      shown.map(field => [field.name, field.value, inWords(field)]),
    ),
    ...(leftOut > 0 ? ['', `${leftOut} more fields are left out.`] : []),
    '',
  ];
}

function inWords({ name, value }: InfoField): string {
  if (!/^\d+$/.test(value)) return '';
  const amount = Number(value);
  if (isBytes.test(name)) return amount < 1024 ? '' : formatBytes(amount);
  if (isMoment.test(name)) return amount === 0 ? 'never' : new Date(amount * 1000).toLocaleString();
  return isSeconds.test(name) && amount >= 120 ? durationText(amount) : '';
}

const isBytes =
  /(_bytes|_cow_size|_cow_peak|_backlog_size|_histlen)$|^(used_memory|mem_|maxmemory$|total_system_memory$|allocator_(allocated|active|resident)$)/;
const isMoment = /_save_time$/;
const isSeconds = /_(in_seconds|sec|seconds|seconds_ago)$/;

function settingLines({ node, settings }: DetailedNode): string[] {
  const values = settings.values[node.id];
  if (!values) return [`Not told. ${plainMarkdown(settings.failures[node.id] ?? '')}`];
  const rows = Object.entries(values)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => [name, valueText(value)]);
  return ['Those that hold a secret are left out.', '', ...markdownTable(['Setting', 'Value'], rows)];
}
