import type { Plan, PlannedNode } from '../../core/index';

const longestSummary = 14;

/** A plan for a dialog: every master with its slots and host, its replicas below it; then spares and warnings. */
export function summarizePlan(plan: Plan): string {
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

function shardLines(master: PlannedNode, nodes: readonly PlannedNode[]): string[] {
  const replicas = nodes.filter(node => node.role === 'replica' && node.master === master.address);
  return [
    `${master.address} (${master.hostLabel}): ${master.slots === '' ? 'master without slots' : `master of slots ${master.slots}`}`,
    ...replicas.map(({ address, hostLabel }) => `    ${address} (${hostLabel}): replica of ${master.address}`),
  ];
}
