import type { NodeRef } from '../plan/types';
import type { ClusterNode, ServerInfo, Topology } from '../topology/types';
import { listNames, nodeName } from '../topology/wording';
import type { Sight } from './sight';

/** The spare to take, or none; a whole sentence about it. */
export interface SpareChoice {
  spare?: NodeRef;
  text: string;
}

/**
 * The best spare for a shard: reachable, empty, of the same flavour and a version that understands the master's data, and
 * not on the master's host where the cluster has other hosts. First as the list says, then one on the host of the node
 * that failed, then one on the host with the fewest nodes. `wanted` empty: any spare.
 */
export function chooseSpare(
  sight: Sight,
  seen: Topology,
  replacedIds: ReadonlySet<string>,
  wanted: readonly string[],
  master: ClusterNode | undefined,
  failed: ClusterNode | undefined,
): SpareChoice {
  const listed = seen.nodes.filter(node =>
    wanted.length > 0 ? wanted.includes(node.address) : node.status === 'spare' && !replacedIds.has(node.id),
  );
  const judged = listed.map(node => ({ node, fault: faultOf(node, replacedIds, sight, master) }));
  const missing = wanted.filter(address => !seen.nodes.some(node => node.address === address));
  const faults = [...judged.flatMap(({ fault }) => fault ?? []), ...missing.map(address => `${address} is not seen`)];
  const fit = judged.flatMap(({ node, fault }) => (fault === undefined ? [node] : []));
  const nodesOn = (host: string): number => sight.members.filter(({ hostLabel }) => hostLabel === host).length;
  const place = ({ address }: ClusterNode): number => Math.max(0, wanted.indexOf(address));
  const [best] = fit.sort(
    (a, b) =>
      place(a) - place(b) ||
      Number(b.hostLabel === failed?.hostLabel) - Number(a.hostLabel === failed?.hostLabel) ||
      nodesOn(a.hostLabel) - nodesOn(b.hostLabel) ||
      (a.address < b.address ? -1 : 1),
  );
  const because = faults.length > 0 ? ` ${listNames(faults)}.` : '';
  if (!best)
    return { text: listed.length === 0 && faults.length === 0 ? 'There is no spare.' : `No spare fits:${because}` };
  const { id, address } = best;
  const names = listNames(fit.map(nodeName));
  return { spare: { id, address }, text: `${names} ${fit.length === 1 ? 'stands by' : 'stand by'}.` };
}

/** Goes on after "No spare fits: "; undefined when it fits. */
function faultOf(
  node: ClusterNode,
  replacedIds: ReadonlySet<string>,
  sight: Sight,
  master: ClusterNode | undefined,
): string | undefined {
  const { info } = node;
  const name = nodeName(node);
  if (replacedIds.has(node.id)) return `${name} was replaced itself and has not been reset`;
  if (!node.reachable || !info) return `${name} does not answer`;
  if (node.status !== 'spare') return `${name} is no spare (${node.status === 'ok' ? node.role : node.status})`;
  if (info.keys > 0) return `${name} holds keys`;
  if (info.loading) return `${name} is loading data`;
  if (!master) return undefined;
  if (master.info && !understands(info, master.info))
    return `${name} runs ${info.flavour} ${info.version}, ${nodeName(master)} ${master.info.flavour} ${master.info.version}`;
  const hosts = new Set([...sight.members, node].map(({ hostLabel }) => hostLabel));
  if (hosts.size > 1 && node.hostLabel === master.hostLabel)
    return `${name} is on ${node.hostLabel}, like ${nodeName(master)}`;
  return undefined;
}

/** A replica of an older version may not be able to read what a newer master sends. */
function understands(spare: ServerInfo, master: ServerInfo): boolean {
  if (spare.flavour !== master.flavour) return false;
  const [own, its] = [spare.version, master.version].map(version => version.split('.').map(Number));
  const difference = (own?.[0] ?? 0) - (its?.[0] ?? 0) || (own?.[1] ?? 0) - (its?.[1] ?? 0);
  return difference >= 0 && own?.[0] === its?.[0];
}
