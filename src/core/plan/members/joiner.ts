import type { ClusterNode, ServerInfo, Topology } from '../../topology/types';
import { compareVersions } from '../compareVersions';
import { count } from '../phrases';
import { PlanError } from '../planError';
import type { PlanWarning } from '../types';
import { findMemberCase, hasMajority, isMember, type MemberCase } from './memberCase';

/** Why a node cannot join; `text` goes on after its address, no full stop. */
export interface JoinFault {
  code: string;
  text: string;
  remedy: string;
}

/**
 * What keeps a node from joining, undefined when it stands by: alone and empty, or a member already that is an empty master
 * nobody follows. `master`: whom it shall follow or serve beside.
 */
export function joinFault(node: ClusterNode, subject: MemberCase, master: ClusterNode): JoinFault | undefined {
  const { reachable, info, status, role, slots } = node;
  if (!reachable || !info)
    return fault('spareUnreachable', unreachableText(node), 'Mend that, or choose another node.');
  if (!info.clusterEnabled)
    return fault('clusterModeOff', 'does not run in cluster mode', 'Set "cluster-enabled yes" and restart the server.');
  if (info.loading)
    return fault('spareLoading', 'is still loading its data', 'A node that stands by has none: choose another.');
  if (isMember(subject, node)) {
    if (status !== 'spare')
      return fault(
        'spareInUse',
        role === 'replica' || info.role === 'replica' ? 'is a replica of this cluster already' : 'is in use already',
        'Choose a node that stands by.',
      );
  } else if (node.inCluster || (node.knownNodes ?? 1) > 1 || node.seenBy.some(id => id !== node.id))
    return hasReturned(node, subject.topology)
      ? fault(
          'spareReturned',
          'still lists nodes of a cluster that has forgotten it',
          'Add it as a spare first, which resets it.',
        )
      : fault('spareInOtherCluster', 'belongs to another cluster', 'Remove it there first, or choose another node.');
  if (role === 'replica' || info.role === 'replica')
    return fault('spareNotEmpty', 'is still a replica', 'Add it as a spare first, which resets it.');
  if (!slots.isEmpty)
    return fault('spareNotEmpty', `has ${count(slots.count, 'slot')}`, 'Add it as a spare first, which resets it.');
  if (info.keys > 0)
    return fault(
      'spareNotEmpty',
      `holds ${count(info.keys, 'key')}`,
      'Save what is needed of them and send it FLUSHALL, or choose another node.',
    );
  return versionFault(info, master);
}

/** Throws the fault of a node as a PlanError. */
export function refuseUnfitJoiner(node: ClusterNode, subject: MemberCase, master: ClusterNode): void {
  const found = joinFault(node, subject, master);
  if (found)
    throw new PlanError(found.code, `${node.address} ${found.text}.`, { node: node.address, remedy: found.remedy });
}

/**
 * A node its cluster forgot: it lists the others, a majority of whose masters answers, and none of them lists it. Often it was
 * down when it was replaced.
 */
export function hasReturned(node: ClusterNode, topology: Topology): boolean {
  if (!node.reachable || (node.knownNodes ?? 1) <= 1) return false;
  const cluster = findMemberCase(topology, node);
  return cluster !== undefined && !isMember(cluster, node) && hasMajority(cluster);
}

export function warnOfJoiner({ address, info }: ClusterNode, master: ClusterNode): PlanWarning[] {
  if (!info || !master.info) return [];
  const warnings: PlanWarning[] = [];
  if (compareVersions(info, master.info) !== 0)
    warnings.push({
      code: 'mixedVersions',
      text: `${address} runs ${info.version} and ${master.address} ${master.info.version}: once the newer one is the master, the older one may not understand its data.`,
    });
  const { maxMemoryBytes } = info;
  if (maxMemoryBytes > 0 && maxMemoryBytes < master.info.usedMemoryBytes)
    warnings.push({
      code: 'smallMemory',
      text: `${address} may use ${megabytes(maxMemoryBytes)} MB (maxmemory), and ${master.address} uses ${megabytes(master.info.usedMemoryBytes)} MB: as a master it would evict keys or refuse writes.`,
    });
  return warnings;
}

function fault(code: string, text: string, remedy: string): JoinFault {
  return { code, text, remedy };
}

function unreachableText({ address, unreachableReason = '' }: ClusterNode): string {
  const reason = unreachableReason.replace(`${address} `, '').replace(/\.$/, '');
  return `gives no usable answer${reason ? ` (${reason})` : ''}`;
}

function versionFault(info: ServerInfo, master: ClusterNode): JoinFault | undefined {
  if (!master.info) return undefined;
  if (info.flavour !== master.info.flavour || compareVersions(info, master.info) < 0)
    return fault(
      'incompatibleVersion',
      `runs ${nameOf(info)} and ${master.address} ${nameOf(master.info)}: it may not understand that one's data`,
      'Choose a node of the same kind and of the same version or a newer one.',
    );
  return undefined;
}

function nameOf({ flavour, version }: ServerInfo): string {
  return `${flavour === 'valkey' ? 'Valkey' : 'Redis'} ${version}`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
