import type { NodeRef } from '../plan/types';
import type { ClusterNode, ServerInfo, Topology } from '../topology/types';
import { listNames, nodeName } from '../topology/wording';
import type { Memory } from './memory';
import type { Sight } from './sight';
import { replacedIds } from './tombstones';
import type { SupervisorSettings } from './types';

/** The spare to take, or none; a whole sentence about it. */
export interface SpareChoice {
  spare?: NodeRef;
  text: string;
}

/**
 * The best spare for a shard: reachable, empty, of the same flavour and a version that understands the master's data, and
 * not on the master's host where the cluster has other hosts. First as the list says, then one on the host of the node
 * that failed, then one on the host with the fewest nodes. `spares` empty: any; none that is `retired`.
 */
export function chooseSpare(
  sight: Sight,
  seen: Topology,
  memory: Memory,
  { spares: wanted, retired }: Pick<SupervisorSettings, 'spares' | 'retired'>,
  master: ClusterNode | undefined,
  failed: ClusterNode | undefined,
): SpareChoice {
  const replaced = replacedIds(memory);
  const listed = seen.nodes.filter(node => {
    if (wanted.length > 0) return wanted.includes(node.address);
    return !replaced.has(node.id) && (node.status === 'spare' || isUnknown(node, memory));
  });
  const judged = listed.map(node => ({
    node,
    fault: retired.includes(node.address)
      ? `${nodeName(node)} was taken out of use`
      : faultOf(node, memory, sight, master),
  }));
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
function faultOf(node: ClusterNode, memory: Memory, sight: Sight, master: ClusterNode | undefined): string | undefined {
  const { info } = node;
  const name = nodeName(node);
  if (replacedIds(memory).has(node.id)) return `${name} was replaced itself and has not been reset`;
  if (!node.reachable || !info) return `${name} gives no usable answer${reasonOf(node)}`;
  if (node.status !== 'spare') return `${name} is no spare (${node.status === 'ok' ? node.role : node.status})`;
  if (info.keys > 0) return `${name} holds keys`;
  if (info.loading) return `${name} is loading data`;
  const unfit = memory.unfitSpares.find(({ id }) => id === node.id);
  if (unfit) return `${name} was tried in vain (${unfit.why.replace(/\.$/, '')})`;
  if (!master) return undefined;
  if (master.info && !understands(info, master.info))
    return `${name} runs ${info.flavour} ${info.version}, ${nodeName(master)} ${master.info.flavour} ${master.info.version}`;
  const hosts = new Set([...sight.members, node].map(({ hostLabel }) => hostLabel));
  if (hosts.size > 1 && node.hostLabel === master.hostLabel)
    return `${name} is on ${node.hostLabel}, like ${nodeName(master)}`;
  return undefined;
}

/** It does not answer, and no node lists it; it was not replaced either: perhaps a spare. */
function isUnknown({ address, reachable, inCluster, seenBy }: ClusterNode, { tombstones }: Memory): boolean {
  return !reachable && !inCluster && seenBy.length === 0 && !tombstones.some(gone => gone.address === address);
}

function reasonOf({ address, unreachableReason = '' }: ClusterNode): string {
  const reason = unreachableReason.replace(`${address} `, '').replace(/\.$/, '');
  return reason ? ` (${reason})` : '';
}

/** A replica of an older version may not be able to read what a newer master sends. */
function understands(spare: ServerInfo, master: ServerInfo): boolean {
  if (spare.flavour !== master.flavour) return false;
  const [own, its] = [spare.version, master.version].map(version => version.split('.').map(Number));
  const difference = (own?.[0] ?? 0) - (its?.[0] ?? 0) || (own?.[1] ?? 0) - (its?.[1] ?? 0);
  return difference >= 0 && own?.[0] === its?.[0];
}
