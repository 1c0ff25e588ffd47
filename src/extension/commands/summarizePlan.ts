import { l10n } from 'vscode';
import { settingLines, SlotSet, type Plan, type PlannedNode } from '../../core/index';
import { formatBytes } from '../tree/nodeText';

const longestSummary = 14;

/** A plan for a dialog: every master with its slots and host, its replicas below it; then spares and warnings. */
export function summarizePlan(plan: Plan): string {
  if (plan.kind !== 'create') return summarizeChanges(plan);
  const { nodes } = plan.after;
  const shards = nodes.filter(({ role }) => role === 'master').map(master => shardLines(master, nodes));
  const shown: string[] = [];
  // The first one always, however many replicas it has.
  let told = 0;
  while (told < shards.length && (told === 0 || shown.length + shards[told]!.length <= longestSummary))
    shown.push(...shards[told++]!);
  const left = shards.length - told;
  if (left > 0)
    shown.push(
      left === 1
        ? l10n.t('and 1 more master with its replicas')
        : l10n.t('and {0} more masters with their replicas', left),
    );
  const spares = nodes.filter(node => node.role === 'spare').map(node => node.address);
  if (spares.length > 0) shown.push(l10n.t('Left as spares: {0}', spares.join(', ')));
  const warnings = plan.warnings.map(warning => `⚠ ${warning.text}`);
  return [...shown, ...(warnings.length > 0 ? ['', ...warnings] : [])].join('\n');
}

/**
 * Of a plan that changes a cluster in use: what was found, where that decides; what becomes of whom, everything else stays
 * as it is; then warnings.
 */
function summarizeChanges(plan: Plan): string {
  const { kind, before, after, warnings, estimateSeconds } = plan;
  const addresses = [...new Set([...before.nodes, ...after.nodes].map(({ address }) => address))];
  const words = movesSlots(kind) ? sizeOf : wordsOf;
  const roles = addresses.flatMap(address => {
    const [was, is] = [before, after].map(({ nodes }) => nodes.find(node => node.address === address));
    const [from, to] = [words(was), words(is)];
    return from === to ? [] : [`${address} (${(is ?? was)!.hostLabel}): ${from} → ${to}`];
  });
  const found = tellsFindings(kind) ? (plan.findings ?? []) : [];
  const apart = found.length > 0 && roles.length > 0 ? [''] : [];
  const changes = [...found, ...apart, ...roles, ...settingLines(plan), ...commandLines(plan)];
  const shown = changes.slice(0, longestSummary);
  if (changes.length > shown.length) shown.push(l10n.t('and {0} more', changes.length - shown.length));
  return [
    ...(shown.length > 0 ? shown : [l10n.t('No role changes.')]),
    ...(estimateSeconds === undefined ? [] : [l10n.t('Takes about {0}.', durationText(estimateSeconds))]),
    ...(warnings.length > 0 ? ['', ...warnings.map(({ text }) => `⚠ ${text}`)] : []),
  ].join('\n');
}

/** Whom a command goes to. */
function commandLines({ steps }: Plan): string[] {
  return steps.flatMap(step => (step.kind === 'runCommand' ? step.nodes.map(({ address }) => address) : []));
}

/** Without what was found nobody can judge them. */
function tellsFindings(kind: Plan['kind']): boolean {
  return kind === 'import' || kind === 'fix';
}

function movesSlots(kind: Plan['kind']): boolean {
  return kind === 'reshard' || kind === 'balanceSlots';
}

/** Where slots move, how many count: which ones, the whole plan tells. */
function sizeOf(node: PlannedNode | undefined): string {
  if (node?.role !== 'master' || node.slots === '') return wordsOf(node);
  const { count } = SlotSet.parse(node.slots);
  const slots = count === 1 ? l10n.t('1 slot') : l10n.t('{0} slots', count.toLocaleString('en'));
  const keys = node.keys === undefined ? [] : [keysText(node.keys)];
  const bytes = node.bytes === undefined ? [] : [formatBytes(node.bytes)];
  return [slots, ...keys, ...bytes].join(', ');
}

function keysText(keys: number): string {
  return keys === 1 ? l10n.t('1 key') : l10n.t('{0} keys', keys.toLocaleString('en'));
}

function durationText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function wordsOf(node: PlannedNode | undefined): string {
  if (!node) return l10n.t('not in the cluster');
  if (node.role === 'spare') return l10n.t('spare');
  if (node.role === 'replica')
    return node.master === undefined ? l10n.t('replica') : l10n.t('replica of {0}', node.master);
  return node.slots === '' ? l10n.t('master without slots') : l10n.t('master of slots {0}', node.slots);
}

function shardLines(master: PlannedNode, nodes: readonly PlannedNode[]): string[] {
  const replicas = nodes.filter(node => node.role === 'replica' && node.master === master.address);
  return [
    `${master.address} (${master.hostLabel}): ${wordsOf(master)}`,
    ...replicas.map(replica => `    ${replica.address} (${replica.hostLabel}): ${wordsOf(replica)}`),
  ];
}
