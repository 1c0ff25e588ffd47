import type { ClusterNode } from '../../topology/types';
import { joinSome } from '../phrases';
import { PlanError } from '../planError';
import { sortByAddress } from '../sortByAddress';
import { isMember, type MemberCase } from './memberCase';
import { joinFault } from './joiner';

/** Where a node leaves a gap. */
export interface Gap {
  /** The node that goes. */
  leaver: ClusterNode;
  /** Whom the newcomer follows. */
  master: ClusterNode;
  /** The nodes of the shard that stay. */
  shard: readonly ClusterNode[];
}

/**
 * The fittest node that stands by: on a host that holds no other node of the shard, else on the host of the node that goes; of
 * these with the version of the master, then on the host with the fewest members. Throws a PlanError `noSpare`, which says
 * why each node that might be meant is not fit.
 */
export function chooseSpare({ leaver, master, shard }: Gap, subject: MemberCase): ClusterNode {
  const others = subject.topology.nodes.filter(
    node => node.id !== leaver.id && (!isMember(subject, node) || node.status === 'spare'),
  );
  const judged = sortByAddress(others).map(node => ({ node, fault: joinFault(node, subject, master) }));
  const fit = judged.flatMap(({ node, fault }) => (fault ? [] : [node]));
  const shardHosts = new Set(shard.map(({ hostLabel }) => hostLabel));
  const rank = ({ hostLabel, info }: ClusterNode): [number, number, number] => [
    !shardHosts.has(hostLabel) ? 0 : hostLabel === leaver.hostLabel ? 1 : 2,
    info?.version === master.info?.version ? 0 : 1,
    subject.members.filter(member => member.hostLabel === hostLabel && member.id !== leaver.id).length,
  ];
  const [best] = fit
    .map(node => ({ node, rank: rank(node) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2]);
  if (best) return best.node;
  const faults = judged.flatMap(({ node, fault }) => (fault ? [`${node.address} ${fault.text}`] : []));
  throw new PlanError(
    'noSpare',
    `No node stands by that could take the place of ${leaver.address}${faults.length > 0 ? `: ${joinSome(faults, 6)}` : ''}.`,
    {
      node: leaver.address,
      remedy: 'Start an empty server in cluster mode and make it known as a spare, or only remove the node.',
    },
  );
}
