import { groupBy } from '../topology/groupBy';
import type { ClusterNode, Shard } from '../topology/types';
import { count, listNames, nodeName, slotsText } from '../topology/wording';
import { ids, workingReplicas, type ClusterPicture, type Finding } from './clusterPicture';

/** The default `repl-backlog-size`: further behind than this, a lost link costs a full synchronisation. */
const LAG_WORTH_TELLING_BYTES = 1_048_576;

/** Masters without replicas, and replicas that would not help if their master died now. */
export function replicationFindings(picture: ClusterPicture): Finding[] {
  return [...linkFindings(picture), ...strandedFindings(picture), ...orphanFindings(picture)];
}

function linkFindings({ members, nodes }: ClusterPicture): Finding[] {
  return members
    .filter(node => node.role === 'replica' && node.info !== undefined && node.status !== 'failed')
    .flatMap(node => linkFinding(node, nodes.get(node.masterId ?? '')));
}

function linkFinding(node: ClusterNode, master: ClusterNode | undefined): Finding[] {
  const { info, lagBytes = 0 } = node;
  const name = nodeName(node);
  const masterName = master ? nodeName(master) : 'its master';
  const warning = (code: string, text: string, remedy: string): Finding[] => [
    { code, severity: 'warning', text, nodeIds: [node.id], remedy },
  ];
  if (info?.syncing)
    return warning(
      'replicaSyncing',
      `${name} is copying all data of ${masterName} and cannot take over before it is done.`,
      'Wait until the synchronisation is done.',
    );
  // That the master is down is told elsewhere.
  if (info?.masterLink === 'down')
    return master?.status === 'failed' || master?.status === 'suspect'
      ? []
      : warning(
          'replicaLinkDown',
          `The link of ${name} to ${masterName} is down: what is written now does not reach it.`,
          `Check the network between the two, and the password ${name} uses for its master. On a new replica, wait some seconds.`,
        );
  if (lagBytes > LAG_WORTH_TELLING_BYTES)
    return warning(
      'replicaLagging',
      `${name} is ${megabytes(lagBytes)} MB behind ${masterName}: a failover now would lose that.`,
      'Wait until it has caught up; if it does not, the network or the replica is too slow for the writes.',
    );
  return [];
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}

/** Replicas whose master serves nothing: it lost its slots, or nobody knows it. */
function strandedFindings({ topology, nodes }: ClusterPicture): Finding[] {
  return topology.shards
    .filter(shard => shard.slots.isEmpty)
    .map(shard => {
      const replicas = shard.replicaIds.flatMap(id => nodes.get(id) ?? []);
      const master = nodes.get(shard.masterId ?? '');
      const names = listNames(replicas.map(nodeName));
      const follow = replicas.length === 1 ? 'follows' : 'follow';
      return {
        code: master ? 'emptyMasterWithReplicas' : 'masterUnknown',
        severity: 'warning',
        text: master
          ? `${names} ${follow} ${nodeName(master)}, which serves no slots: ${replicas.length === 1 ? 'it guards' : 'they guard'} no data.`
          : `${names} ${follow} a master that no node lists any more.`,
        nodeIds: [...(master ? [master.id] : []), ...ids(replicas)],
        remedy: master
          ? `Give ${nodeName(master)} slots, or let its replicas follow a master that has some.`
          : `Let ${names} follow a master that serves slots.`,
      };
    });
}

function orphanFindings(picture: ClusterPicture): Finding[] {
  const { topology, shards, nodes, members } = picture;
  const formerMembers = groupBy(topology.nodes, node => node.formerShardId);
  if (shards.length === 0) return [];
  if (!members.some(node => node.role === 'replica'))
    return [
      {
        code: 'noReplicas',
        severity: 'warning',
        text: `No master has a replica (${count(shards.length, 'master')}): when a node fails, its slots are down and its keys out of reach.`,
        nodeIds: shards.flatMap(shard => shard.masterId ?? []),
        remedy: 'Fine for a test or a cache; otherwise create the cluster with replicas.',
      },
    ];
  return shards
    .filter(shard => workingReplicas(shard, picture).length === 0)
    .flatMap(shard => {
      const master = nodes.get(shard.masterId ?? '');
      return !master || master.status === 'failed' || master.status === 'joining' ? [] : orphanFinding(shard, master);
    });

  function orphanFinding(shard: Shard, master: ClusterNode): Finding {
    const lost = [...shard.replicaIds.flatMap(id => nodes.get(id) ?? []), ...(formerMembers.get(shard.id) ?? [])];
    return {
      code: 'masterWithoutReplica',
      severity: 'warning',
      text: `${nodeName(master)} has no working replica: if it fails, ${slotsText(shard.slots)} are down.`,
      nodeIds: [master.id],
      remedy:
        lost.length > 0
          ? `Start ${listNames(lost.map(nodeName))}, or resume it if it is paused: it becomes its replica again.`
          : 'Its data is on this node alone: give it a replica.',
    };
  }
}
