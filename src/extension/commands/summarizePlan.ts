import type { Plan, PlannedNode } from '../../core/index';

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
  if (left > 0) shown.push(`and ${left} more ${left === 1 ? 'master' : 'masters'} with their replicas`);
  const spares = nodes.filter(node => node.role === 'spare').map(node => node.address);
  if (spares.length > 0) shown.push(`Left as spares: ${spares.join(', ')}`);
  const warnings = plan.warnings.map(warning => `⚠ ${warning.text}`);
  return [...shown, ...(warnings.length > 0 ? ['', ...warnings] : [])].join('\n');
}

/** Of a plan that changes a cluster in use: what becomes of whom, everything else stays as it is; then warnings. */
function summarizeChanges({ before, after, warnings }: Plan): string {
  const addresses = [...new Set([...before.nodes, ...after.nodes].map(({ address }) => address))];
  const changes = addresses.flatMap(address => {
    const [was, is] = [before, after].map(({ nodes }) => nodes.find(node => node.address === address));
    const [from, to] = [wordsOf(was), wordsOf(is)];
    return from === to ? [] : [`${address} (${(is ?? was)!.hostLabel}): ${from} → ${to}`];
  });
  const shown = changes.slice(0, longestSummary);
  if (changes.length > shown.length) shown.push(`and ${changes.length - shown.length} more`);
  return [
    ...(shown.length > 0 ? shown : ['No role changes.']),
    ...(warnings.length > 0 ? ['', ...warnings.map(({ text }) => `⚠ ${text}`)] : []),
  ].join('\n');
}

function wordsOf(node: PlannedNode | undefined): string {
  if (!node) return 'not in the cluster';
  if (node.role === 'spare') return 'spare';
  if (node.role === 'replica') return node.master === undefined ? 'replica' : `replica of ${node.master}`;
  return node.slots === '' ? 'master without slots' : `master of slots ${node.slots}`;
}

function shardLines(master: PlannedNode, nodes: readonly PlannedNode[]): string[] {
  const replicas = nodes.filter(node => node.role === 'replica' && node.master === master.address);
  return [
    `${master.address} (${master.hostLabel}): ${wordsOf(master)}`,
    ...replicas.map(replica => `    ${replica.address} (${replica.hostLabel}): ${wordsOf(replica)}`),
  ];
}
