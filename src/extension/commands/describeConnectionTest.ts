import { l10n } from 'vscode';
import {
  durationText,
  explainAnnounced,
  markdownCode,
  markdownTable,
  plainMarkdown,
  ruleThatSuffices,
  type CertificateFacts,
  type ConnectionTest,
  type NodeTest,
  type TestStep,
} from '../../core/index';
import { commandIds } from '../../shared/commandIds';
import { reportOf, section, type Report, type ReportAction, type ReportLine } from '../report';
import type { ClusterDefinition } from '../sessions/types';
import { stepNames, stepTable } from './describeTestSteps';

/**
 * The test as Markdown: the verdict, what stands in the way, worst first, with what mends it; then rights, certificates and
 * every step to every node.
 */
export function describeConnectionTest(test: ConnectionTest, { id, name }: ClusterDefinition): Report {
  const argument = { clusterId: id };
  const again: ReportAction = { title: l10n.t('Test Again'), command: commandIds.testConnection, argument };
  return reportOf([
    `# Connection test of ${plainMarkdown(name)}`,
    '',
    { text: verdictOf(test), actions: [again] },
    '',
    ...section('In the way', obstacleLines(test.nodes)),
    ...section('Addresses', addressLines(test, id)),
    ...section('Rights', rightLines(test.nodes)),
    ...section('Certificates', certificateLines(test.nodes)),
    ...section('Steps', stepTable(test.nodes)),
  ]);
}

function verdictOf({ nodes, durationMilliseconds }: ConnectionTest): string {
  const usable = nodes.filter(isUsable).length;
  const within = `Tried in ${durationText(durationMilliseconds)}; nothing was changed.`;
  if (usable === nodes.length)
    return `**${nodes.length === 1 ? 'The node' : `All ${usable} nodes`} can be used.** ${within}`;
  return `**${usable} of ${nodes.length} nodes can be used.** ${within}`;
}

/** Every step that was tried to it went well. */
export function isUsable({ steps }: NodeTest): boolean {
  return steps.every(({ outcome }) => outcome !== 'failed');
}

/** What failed, then what is only worth a warning; the same of several nodes once. */
function obstacleLines(nodes: readonly NodeTest[]): string[] {
  const byText = new Map<string, { step: TestStep; addresses: string[] }>();
  for (const outcome of ['failed', 'warning'] as const)
    for (const { address, dialled, steps } of nodes)
      for (const step of steps) {
        if (step.outcome !== outcome) continue;
        const general = [address, dialled].reduce((text, name) => text.replaceAll(name, ''), step.text);
        const known = byText.get(`${step.name} ${general}`);
        if (known) known.addresses.push(address);
        else byText.set(`${step.name} ${general}`, { step, addresses: [address] });
      }
  return [...byText.values()].flatMap(({ step, addresses }, index) => [
    ...(index > 0 ? [''] : []),
    `### ${index + 1}. ${step.outcome === 'failed' ? 'Failed' : 'Warning'}: ${plainMarkdown(step.text)}`,
    '',
    `${stepNames[step.name]}, ${addresses.length === 1 ? 'node' : `${addresses.length} nodes:`} ${plainMarkdown(addresses.join(', '))}.`,
    ...(step.remedy === undefined ? [] : ['', plainMarkdown(step.remedy)]),
  ]);
}

function addressLines({ unreachable, addressMap, jumpHost }: ConnectionTest, clusterId: string): ReportLine[] {
  const [first] = unreachable;
  if (!first) return [];
  const found = Object.keys(addressMap).length;
  const use: ReportAction = {
    title: found === 1 ? l10n.t('Use This Address…') : l10n.t('Use These {0} Addresses…', found),
    command: commandIds.mapAddresses,
    argument: { clusterId, addressMap },
  };
  // One of those that only the address stands in the way of says most.
  const example = unreachable.find(({ isWellForOthers }) => isWellForOthers) ?? first;
  const table = markdownTable(
    ['Announced', 'Other nodes reach it', 'The same node answers at', 'Name'],
    unreachable.map(({ address, isWellForOthers, answersAt, hostname }) => [
      address,
      isWellForOthers ? 'yes' : 'no',
      answersAt ?? 'not found',
      hostname ?? '',
    ]),
  );
  return [
    {
      text: `The cluster announces addresses that ${jumpHost === undefined ? 'this computer' : plainMarkdown(`the jump host ${jumpHost}`)} cannot use:`,
      actions: found > 0 ? [use] : [],
    },
    '',
    ...table,
    '',
    ...explainAnnounced(example, jumpHost).map(line => `- ${plainMarkdown(line)}`),
  ];
}

/** What the user may do; nodes that differ are told apart. */
function rightLines(nodes: readonly NodeTest[]): string[] {
  const byText = new Map<string, { node: NodeTest; addresses: string[] }>();
  for (const node of nodes) {
    const step = node.steps.find(({ name }) => name === 'permissions');
    if (!step || !node.permissions) continue;
    const key = JSON.stringify([step.text, rulesOf(node)]);
    const known = byText.get(key);
    if (known) known.addresses.push(node.address);
    else byText.set(key, { node, addresses: [node.address] });
  }
  return [...byText.values()].flatMap(({ node, addresses }, index) => {
    const where = byText.size === 1 ? 'On every node that let it in' : `On ${addresses.join(', ')}`;
    const text = node.steps.find(({ name }) => name === 'permissions')!.text;
    return [
      ...(index > 0 ? [''] : []),
      `${plainMarkdown(where)}: ${plainMarkdown(text)}`,
      ...rulesOf(node).flatMap(([title, rule]) => ['', title, '', ...markdownCode(rule)]),
    ];
  });
}

/** For an administrator, on each node. */
function rulesOf({ permissions }: NodeTest): [title: string, rule: string][] {
  if (!permissions) return [];
  const rules: [string, string | undefined][] = [
    ['What would suffice for watching, on each node:', ruleThatSuffices(permissions, 'watching')],
    [
      'For comparing settings in the check, which shows all settings, passwords too:',
      ruleThatSuffices(permissions, 'settings'),
    ],
    ['What would suffice for managing, on each node:', ruleThatSuffices(permissions, 'managing')],
  ];
  return rules.flatMap(([title, rule]) => (rule === undefined ? [] : [[title, rule] as [string, string]]));
}

function certificateLines(nodes: readonly NodeTest[]): string[] {
  const rows = nodes.flatMap(({ address, certificate }) => (certificate ? [[address, ...cellsOf(certificate)]] : []));
  return rows.length === 0
    ? []
    : markdownTable(['Node', 'Subject', 'Issuer', 'Valid from', 'Until', 'Names', 'Wanted name', 'Verdict'], rows);
}

function cellsOf({
  subject,
  issuer,
  validFromMilliseconds,
  validToMilliseconds,
  names,
  verifiedName,
  problems,
}: CertificateFacts): string[] {
  const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
  return [
    subject,
    issuer,
    day(validFromMilliseconds),
    day(validToMilliseconds),
    names.join(', '),
    verifiedName,
    problems.length === 0 ? 'good' : 'refused',
  ];
}
