import { groupBy } from '../topology/groupBy';
import type { ClusterNode } from '../topology/types';
import { count, listNames, nodeName } from '../topology/wording';
import { ids, majorityOf, type ClusterPicture, type Finding } from './clusterPicture';

/** What the loss of one host, or of one more master, would do. */
export function placementFindings(picture: ClusterPicture): Finding[] {
  const members = picture.members.filter(node => node.status !== 'joining');
  const hosts = groupBy(members, node => node.hostLabel);
  const few = fewMastersFinding(picture);
  if (hosts.size === 1 && members.length > 1) return [...few, singleHostFinding(members)];
  return [...few, ...majorityHostFindings(picture), ...sharedHostFinding(picture)];
}

function fewMastersFinding({ voters }: ClusterPicture): Finding[] {
  if (voters.length === 0 || voters.length >= 3) return [];
  return [
    {
      code: 'fewMasters',
      severity: 'warning',
      text: `The cluster has ${count(voters.length, 'master')} with slots: when ${voters.length === 1 ? 'it' : 'one of them'} fails, no majority is left and no replica takes over by itself.`,
      nodeIds: ids(voters),
      remedy: 'Three masters or more can outvote a failed one: create clusters with at least three.',
    },
  ];
}

function singleHostFinding(members: readonly ClusterNode[]): Finding {
  const label = members[0]!.hostLabel;
  return {
    code: 'singleHost',
    severity: 'warning',
    text: `All ${count(members.length, 'node')} are on one host, ${label}: they fail together.`,
    nodeIds: [],
    remedy: 'Fine for a test. If they are on several machines or zones, name the host of each node in the settings.',
  };
}

function majorityHostFindings({ voters }: ClusterPicture): Finding[] {
  // With one or two masters every loss is a lost majority, and told as such.
  if (voters.length < 3) return [];
  const needed = majorityOf(voters.length);
  return [...groupBy(voters, node => node.hostLabel)]
    .filter(([, masters]) => voters.length - masters.length < needed)
    .map(([label, masters]) => ({
      code: 'hostHoldsMajority',
      severity: 'warning',
      text: `Host ${label} holds ${masters.length} of ${voters.length} masters (${listNames(masters.map(nodeName))}): if it fails, no majority is left and no replica takes over by itself.`,
      nodeIds: ids(masters),
      remedy: 'Spread the masters: fail over one of these to a replica on another host.',
    }));
}

function sharedHostFinding({ shards, nodes }: ClusterPicture): Finding[] {
  const pairs = shards.flatMap(shard => {
    const master = nodes.get(shard.masterId ?? '');
    return shard.replicaIds
      .flatMap(id => nodes.get(id) ?? [])
      .filter(replica => replica.hostLabel === master?.hostLabel)
      .map(replica => ({ replica, master: master! }));
  });
  if (pairs.length === 0) return [];
  const names = pairs.map(
    ({ replica, master }) => `${nodeName(replica)} with ${nodeName(master)} on ${replica.hostLabel}`,
  );
  return [
    {
      code: 'replicaOnMastersHost',
      severity: 'warning',
      text: `${count(pairs.length, 'replica')} ${pairs.length === 1 ? 'is' : 'are'} on the host of ${pairs.length === 1 ? 'its' : 'their'} own master: ${listNames(names)}. If that host fails, both are gone.`,
      nodeIds: pairs.map(({ replica }) => replica.id),
      remedy: 'Let replicas follow masters of other hosts; a new cluster is placed that way when its hosts are known.',
    },
  ];
}
