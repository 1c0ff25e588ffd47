import type { Plan } from '../../core/index';

/**
 * The addresses of nodes that persons took out of use, with what a plan changes about it: who leaves its cluster alive stays
 * out; who is in use then, or was emptied to stand by, does not.
 */
export function retiredAfter(retired: readonly string[], { kind, before, after }: Plan): string[] {
  const stoodBy = new Set(before.nodes.filter(({ role }) => role === 'spare').map(({ address }) => address));
  const emptied = after.nodes.filter(({ role, address }) => role === 'spare' && !stoodBy.has(address));
  const touched = new Set([...emptied, ...after.nodes.filter(({ role }) => role !== 'spare')].map(at));
  return [...retired.filter(address => !touched.has(address)), ...(kind === 'addNode' ? [] : emptied.map(at))];
}

function at({ address }: { address: string }): string {
  return address;
}
