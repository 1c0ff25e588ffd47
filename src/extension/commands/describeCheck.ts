import type { CheckFinding, CheckReport, ClusterNode, Health, Topology } from '../../core/index';
import { commandIds } from '../../shared/commandIds';
import { roleOf } from '../tree/contextWords';
import { problemKeys } from '../tree/elements';
import { formatBytes } from '../tree/nodeText';
import { timeOf } from '../tree/timeOf';
import { factsOf } from '../tree/topologyFacts';
import { cell, plain } from './markdownText';
import { commandLink, mendingLinks, type LinkContext } from './mendingLink';

/**
 * The report as Markdown: the verdict first, then what is wrong, worst first, each with what mends it, then every node, then what
 * was looked at and what could not be. `health`: of the monitor, which knows since when something is so.
 */
export function describeCheck(
  { definition, localServers }: Pick<LinkContext, 'definition' | 'localServers'>,
  report: CheckReport,
  health?: Health,
): string {
  const { topology, findings, checked, notChecked } = report;
  const { name, id: clusterId } = definition;
  const since = firstSeen(health);
  const again = commandLink('Check again', commandIds.check, {
    clusterId,
    strayKeys: checked.some(({ subject }) => subject === 'strayKeys'),
  });
  return [
    `# Check of ${plain(name)}`,
    '',
    `${verdictOf(report)} ${again}`,
    '',
    ...section(
      'Findings',
      findings.flatMap((finding, index) =>
        findingLines(finding, index + 1, since, { definition, localServers, topology }),
      ),
    ),
    ...section('Nodes', nodeTable(topology)),
    ...section(
      'What was checked',
      checked.map(({ text }) => `- ${plain(text)}`),
    ),
    ...section(
      'What was not checked',
      notChecked.map(({ text }) => `- ${plain(text)}`),
    ),
  ].join('\n');
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
  return `${verdict}${state} ${topology.answered} of ${topology.asked} nodes answered, ${new Date(topology.observedAtMilliseconds).toISOString()}, in ${seconds(durationMilliseconds)}.${unchecked}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 1000 ? 2 : 1)} s`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

type FirstSeen = (finding: CheckFinding) => number;

function firstSeen(health: Health | undefined): FirstSeen {
  const problems = health?.problems ?? [];
  const since = new Map(problemKeys(problems).map((key, index) => [key, problems[index]!.sinceMilliseconds]));
  return finding => Math.min(finding.sinceMilliseconds, since.get(problemKeys([finding])[0]!) ?? Infinity);
}

function findingLines(finding: CheckFinding, number: number, since: FirstSeen, context: LinkContext): string[] {
  const links = mendingLinks(finding, context);
  const lasted = context.topology.observedAtMilliseconds - since(finding);
  return [
    `### ${number}. ${finding.severity === 'error' ? 'Error' : 'Warning'}: ${plain(finding.text)}`,
    '',
    plain(finding.remedy),
    '',
    ...(lasted > 0 ? [`Since ${timeOf(since(finding))}, for at least ${seconds(lasted)}.`, ''] : []),
    ...(links.length > 0 ? [links.join(' · '), ''] : []),
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
  const rows = topology.nodes.map(node =>
    nodeRow(node, numberOf.get(node.id), shardNumbers.get(node.formerShardId ?? '')),
  );
  return [
    '| Shard | Role | Node | Host | State | Slots | Behind | Keys | Server |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ];
}

function nodeRow(node: ClusterNode, shard: number | undefined, former: number | undefined): string {
  const { info, slots, lagBytes } = node;
  const state = node.status === 'spare' ? 'ok' : node.status;
  const cells = [
    shard === undefined ? (former === undefined ? '' : `served ${former} before`) : String(shard),
    roleOf(node),
    node.address,
    node.hostLabel,
    state,
    slots.isEmpty ? '' : slots.toString(),
    lagBytes === undefined ? '' : formatBytes(lagBytes),
    info ? String(info.keys) : '',
    info ? `${info.flavour} ${info.version}` : '',
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
