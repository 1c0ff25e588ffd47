import type { Plan } from '../../core/index';

const longestSummary = 14;

/** A plan for a dialog: a line per master with its slots, host and replicas; then spares and warnings. */
export function summarizePlan(plan: Plan): string {
  const nodes = plan.after.nodes;
  const lines = nodes
    .filter(node => node.role === 'master')
    .map(master => {
      const replicas = nodes.filter(node => node.role === 'replica' && node.master === master.address);
      const followers = replicas.map(replica => `${replica.address} (${replica.hostLabel})`).join(', ');
      const line = `${master.address} (${master.hostLabel}): slots ${master.slots}`;
      return followers === '' ? line : `${line} ← ${followers}`;
    });
  const shown = lines.slice(0, longestSummary);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more masters`);
  const spares = nodes.filter(node => node.role === 'spare').map(node => node.address);
  if (spares.length > 0) shown.push(`Left as spares: ${spares.join(', ')}`);
  const warnings = plan.warnings.map(warning => `⚠ ${warning.text}`);
  return [...shown, ...(warnings.length > 0 ? ['', ...warnings] : [])].join('\n');
}
