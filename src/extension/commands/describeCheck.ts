import {
  clockText,
  durationText,
  markdownTable,
  plainMarkdown,
  type CheckFinding,
  type CheckReport,
  type ClusterNode,
  type Health,
  type Topology,
} from '../../core/index';
import { commandIds } from '../../shared/commandIds';
import { reportOf, section, type Report, type ReportAction, type ReportLine } from '../report';
import { roleOf } from '../tree/contextWords';
import { problemKeys } from '../tree/elements';
import { formatBytes } from '../tree/nodeText';
import { timeOf } from '../tree/timeOf';
import { factsOf } from '../tree/topologyFacts';
import { findingActions, type ActionContext } from './mendingActions';

/** What the report is read with. */
export interface CheckReading extends Pick<ActionContext, 'definition' | 'localServers'> {
  /** Of the monitor as the check was made, which knows since when something is so. */
  health?: Health | undefined;
  /** Why the report is no longer what is true: whole sentences, none while it is. */
  outdated?: readonly string[];
}

/**
 * The report as Markdown: whether it is out of date, the verdict, then what is wrong, worst first, each with what mends it, then
 * every node, then what was looked at and what could not be.
 */
export function describeCheck(
  report: CheckReport,
  { definition, localServers, health, outdated = [] }: CheckReading,
): Report {
  const { topology, findings, checked, notChecked } = report;
  const since = firstSeen(health);
  const again: ReportAction = {
    title: 'Check Again',
    command: commandIds.check,
    argument: { clusterId: definition.id, strayKeys: checked.some(({ subject }) => subject === 'strayKeys') },
  };
  const [first, ...rest] = [
    ...(outdated.length > 0 ? [`> **Out of date:** ${plainMarkdown(outdated.join(' '))}`, ''] : []),
    verdictOf(report),
  ];
  return reportOf([
    `# Check of ${plainMarkdown(definition.name)}`,
    '',
    { text: first, actions: [again] },
    ...rest,
    '',
    ...section(
      'Findings',
      findings.flatMap((finding, index) => [
        ...(index > 0 ? [''] : []),
        ...findingLines(finding, index + 1, since, { definition, localServers, topology }),
      ]),
    ),
    ...section('Nodes', nodeTable(topology)),
    ...section(
      'What was checked',
      checked.map(({ text }) => `- ${plainMarkdown(text)}`),
    ),
    ...section(
      'What was not checked',
      notChecked.map(({ text }) => `- ${plainMarkdown(text)}`),
    ),
  ]);
}

function verdictOf({ findings, topology, notChecked, durationMilliseconds }: CheckReport): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const amounts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ].join(' and ');
  const verdict = amounts === '' ? '**Nothing is wrong.**' : `**${amounts} found.**`;
  const state = topology.clusterState === 'none' ? ' These nodes are not a cluster yet.' : '';
  const unchecked = notChecked.length === 0 ? '' : ' Not all could be checked, see below.';
  return `${verdict}${state} ${topology.answered} of ${topology.asked} nodes answered at ${momentOf(topology)}, in ${durationText(durationMilliseconds)}.${unchecked}`;
}

/** With its day: the report may be read later, or elsewhere. */
function momentOf({ observedAtMilliseconds }: Topology): string {
  return clockText(observedAtMilliseconds, 0);
}

type FirstSeen = (finding: CheckFinding) => number;

function firstSeen(health: Health | undefined): FirstSeen {
  const problems = health?.problems ?? [];
  const since = new Map(problemKeys(problems).map((key, index) => [key, problems[index]!.sinceMilliseconds]));
  return finding => Math.min(finding.sinceMilliseconds, since.get(problemKeys([finding])[0]!) ?? Infinity);
}

function findingLines(finding: CheckFinding, number: number, since: FirstSeen, context: ActionContext): ReportLine[] {
  const lasted = context.topology.observedAtMilliseconds - since(finding);
  return [
    {
      text: `### ${number}. ${finding.severity === 'error' ? 'Error' : 'Warning'}: ${plainMarkdown(finding.text)}`,
      actions: findingActions(finding, context),
    },
    '',
    plainMarkdown(finding.remedy),
    ...(lasted > 0 ? ['', `Since ${timeOf(since(finding))}, for at least ${durationText(lasted)}.`] : []),
  ];
}

function nodeTable(topology: Topology): string[] {
  const { nodesById, shards, shardNumbers } = factsOf(topology);
  const numberOf = new Map(
    shards.flatMap((shard, index) =>
      [shard.masterId, ...shard.replicaIds].flatMap(id =>
        id !== undefined && nodesById.has(id) ? [[id, index + 1]] : [],
      ),
    ) as [string, number][],
  );
  const { nodes } = topology;
  const labelled = nodes.some(({ host, hostLabel }) => hostLabel !== host);
  const servers = new Set(nodes.map(serverOf).filter(Boolean));
  const rows = nodes.map(node => {
    const { address, hostLabel, info, slots, lagBytes } = node;
    const shard = numberOf.get(node.id);
    const former = shardNumbers.get(node.formerShardId ?? '');
    return [
      shard === undefined ? (former === undefined ? '' : `served ${former} before`) : String(shard),
      roleOf(node),
      address,
      labelled ? hostLabel : '',
      node.status === 'spare' ? 'ok' : node.status,
      slots.isEmpty ? '' : slots.toString(),
      lagBytes === undefined ? '' : formatBytes(lagBytes),
      info ? String(info.keys) : '',
      servers.size > 1 ? serverOf(node) : '',
    ];
  });
  const titles = ['Shard', 'Role', 'Node', 'Host', 'State', 'Slots', 'Behind', 'Keys', 'Server'];
  return [
    ...markdownTable(titles, rows, ['Behind', 'Keys']),
    ...(servers.size === 1 ? ['', `All run ${[...servers].join('')}.`] : []),
  ];
}

function serverOf({ info }: ClusterNode): string {
  return info ? `${info.flavour} ${info.version}` : '';
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
