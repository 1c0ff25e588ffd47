import type { ClusterNode, Topology } from '../../topology/types';
import { count, joinSome } from '../phrases';
import { PlanError } from '../planError';
import { isAble, isMember, memberById, type MemberCase } from '../members/memberCase';
import { sortByAddress } from '../sortByAddress';

/** Shorter ones would too easily be a mistyped port. */
const shortestPrefix = 4;

/**
 * The node an id, the start of an id (4 digits or more), `host:port` or `hostname:port` names. Throws a PlanError
 * `unknownNodes` or `ambiguousName`.
 */
export function nodeNamed({ nodes }: Topology, name: string): ClusterNode {
  const exact = nodes.find(({ id, address }) => id === name || address === name);
  if (exact) return exact;
  const fits = nodes.filter(
    ({ id, hostname, port }) =>
      `${hostname}:${port}` === name || (name.length >= shortestPrefix && id.startsWith(name.toLowerCase())),
  );
  if (fits.length === 1) return fits[0]!;
  if (fits.length > 1)
    throw new PlanError(
      'ambiguousName',
      `${name} can be any of ${joinSome(fits.map(({ address, id }) => `${address} (${id.slice(0, 8)})`))}.`,
      { remedy: 'Name it by its whole id or by host:port.' },
    );
  throw new PlanError('unknownNodes', `${name === '' ? 'A node without a name' : name} is not known here.`, {
    remedy: `Name nodes by id, by the first digits of it (${shortestPrefix} or more) or by host:port; known are ${joinSome(sortByAddress(nodes).map(({ address }) => address)) || 'none'}.`,
  });
}

/** Throws a PlanError `duplicateNodes` when two names mean one node. */
export function refuseRepeated(named: readonly { name: string; node: ClusterNode }[]): void {
  const seen = new Map<string, string>();
  for (const { name, node } of named) {
    const before = seen.get(node.id);
    if (before !== undefined)
      throw new PlanError('duplicateNodes', `${node.address} is named more than once: as ${before} and as ${name}.`, {
        node: node.address,
        remedy: 'Name every node once.',
      });
    seen.set(node.id, name);
  }
}

/** Throws a PlanError when slots cannot go to a node: `targetOutside`, `targetIsReplica`, `targetUnfit`. */
export function refuseUnfitTarget(node: ClusterNode, subject: MemberCase): void {
  const { address, status } = node;
  if (!isMember(subject, node))
    throw new PlanError('targetOutside', `${address} is not in the cluster${status === 'spare' ? ' yet' : ''}.`, {
      node: address,
      remedy:
        status === 'spare' ? 'Add it as a master first, then move slots to it.' : 'Name a master of the same cluster.',
    });
  if (node.role === 'replica')
    throw new PlanError('targetIsReplica', `${address} is a replica, and only masters own slots.`, {
      node: address,
      remedy: masterRemedy(node, subject),
    });
  const trouble = troubleOf(node);
  if (trouble)
    throw new PlanError('targetUnfit', `${address} ${trouble}: slots moved there could be lost.`, {
      node: address,
      remedy: 'Wait until it is well, or choose another master.',
    });
}

/** Throws a PlanError when slots cannot be taken from a node: `sourceOutside`, `sourceIsReplica`, `sourceUnfit`. */
export function refuseUnfitSource(node: ClusterNode, subject: MemberCase): void {
  const { address } = node;
  if (!isMember(subject, node))
    throw new PlanError('sourceOutside', `${address} is not in the cluster the slots shall go to.`, {
      node: address,
      remedy: 'Name a master of the same cluster.',
    });
  if (node.role === 'replica')
    throw new PlanError('sourceIsReplica', `${address} is a replica and owns no slots.`, {
      node: address,
      remedy: masterRemedy(node, subject),
    });
  const trouble = troubleOf(node);
  if (trouble)
    throw new PlanError('sourceUnfit', `${address} ${trouble}: its keys cannot be moved.`, {
      node: address,
      remedy:
        'Bring it back, or fail over to a replica of it, and plan again; or leave it out and name the masters the slots shall come from.',
    });
}

function masterRemedy(node: ClusterNode, subject: MemberCase): string {
  const master = memberById(subject, node.masterId);
  return master ? `Name its master, ${master.address}.` : 'Name a master.';
}

function troubleOf(node: ClusterNode): string | undefined {
  const { reachable, status, suspectedBy, info } = node;
  if (status === 'failed') return 'has failed';
  if (!reachable) return 'does not answer';
  if (!isAble(node))
    return suspectedBy.length > 0 ? `is not reached by ${count(suspectedBy.length, 'node')}` : 'is in doubt';
  return info?.loading === true ? 'is still loading its data' : undefined;
}
