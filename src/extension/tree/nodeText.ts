import type { ClusterNode, Shard, Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { isRetired, localServerOf, roleOf, standsBy } from './contextWords';
import { factsOf, isOutOfService } from './topologyFacts';

/** The port alone when all nodes share one address, else `host:port`; the start of its id when the cluster lost that. */
export function nodeName(node: Pick<ClusterNode, 'id' | 'address' | 'port'>, topology: Topology): string {
  if (node.port === 0) return `node ${node.id.slice(0, 8)}`;
  return factsOf(topology).oneHost ? String(node.port) : node.address;
}

/** `Shard 1`, in slot order. */
export function shardName(shard: Pick<Shard, 'id'>, topology: Topology): string {
  return `Shard ${factsOf(topology).shardNumbers.get(shard.id) ?? '?'}`;
}

/** The state in words, with the number of viewers that agree where that matters: `ok`, `failed 4/5`, `stopped`. */
export function stateText(
  node: ClusterNode,
  topology: Topology,
  session: Pick<ClusterState, 'localServers' | 'supervisor'>,
): string {
  const server = localServerOf(node, session);
  const stopped = server && server.state !== 'running' ? `${server.state}, ` : '';
  const { viewers: all } = factsOf(topology);
  const viewers = node.reachable && node.inCluster ? all - 1 : all;
  if (topology.forgotten.includes(node.id)) return `${stopped}forgotten by the cluster`;
  switch (node.status) {
    case 'failed':
      return `${stopped}failed ${node.failedBy.length}/${viewers}`;
    case 'suspect':
      return `${stopped}suspect ${node.suspectedBy.length}/${viewers}`;
    case 'unreachable':
      return stopped === '' ? 'unreachable' : server!.state;
    case 'joining':
      return 'joining';
    case 'ok':
    case 'spare':
      if (stopped !== '') return server!.state;
      return isRetired(node, session) ? 'out of use' : replicationState(node);
  }
}

/** How many of these spares stand by, and what keeps the others from it: `2`, `1 · 1 stopped`, `2 unreachable`. */
export function spareCounts(
  spares: readonly ClusterNode[],
  topology: Topology,
  session: Pick<ClusterState, 'localServers' | 'supervisor'>,
): { standingBy: number; others: string[] } {
  const states = spares.map(node => (standsBy(node, session) ? undefined : stateText(node, topology, session)));
  const words = [...new Set(states)].filter(word => word !== undefined);
  return {
    standingBy: states.filter(word => word === undefined).length,
    others: words.map(word => `${states.filter(state => state === word).length} ${word}`),
  };
}

/** What stands beside a node's name: its state unless all is well, what it does, its load. */
export function nodeDescription(
  node: ClusterNode,
  topology: Topology,
  session: Pick<ClusterState, 'localServers' | 'supervisor'>,
): string {
  const state = stateText(node, topology, session);
  const parts = [
    ...(state === 'ok' ? [] : [state]),
    ...(isRetired(node, session) ? [] : duty(node, topology)),
    ...(node.info && roleOf(node) === 'master' ? [`${formatRate(node.info.operationsPerSecond)} op/s`] : []),
    ...(node.info && roleOf(node) !== 'spare' ? [formatBytes(node.info.usedMemoryBytes)] : []),
  ];
  return parts.join(' · ');
}

/** `1.2 MB`; steps of 1024, two figures at most below ten, so that a small change is no change. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `950`, `12k`, `1.3M`, as on the page: two figures, so that a steady load does not redraw its row with every look. */
export function formatRate(perSecond: number): string {
  if (perSecond < 1000) return String(perSecond < 100 ? Math.round(perSecond) : Number(perSecond.toPrecision(2)));
  const [value, unit] = perSecond < 999_500 ? [perSecond / 1000, 'k'] : [perSecond / 1_000_000, 'M'];
  return `${value >= 9.95 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, '')}${unit}`;
}

/** Slots as people read them: at most three ranges, then how many more. */
export function formatSlots(node: Pick<ClusterNode | Shard, 'slots'>): string {
  const ranges = node.slots.ranges().map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`));
  const shown = ranges.slice(0, 3).join(', ');
  return ranges.length > 3 ? `${shown} and ${ranges.length - 3} more` : shown;
}

function replicationState(node: ClusterNode): string {
  if (node.info?.loading) return 'loading its data';
  if (node.role !== 'replica') return 'ok';
  if (node.info?.syncing) return 'syncing';
  return node.info?.masterLink === 'down' ? 'link down' : 'ok';
}

/** `master`, `replica`, `spare`; `former master` of one that is down and whose slots another has taken. */
export function roleText(node: ClusterNode, topology: Topology): string {
  const isFormer = isOutOfService(node, topology) && factsOf(topology).shardNumbers.has(node.formerShardId ?? '');
  return isFormer ? `former ${roleOf(node)}` : roleOf(node);
}

function duty(node: ClusterNode, topology: Topology): string[] {
  if (isOutOfService(node, topology)) {
    const { formerShardId: id } = node;
    const isKnown = id !== undefined && factsOf(topology).shardNumbers.has(id);
    return [isKnown ? `${roleText(node, topology)} of ${shardName({ id }, topology)}` : 'serves no slots'];
  }
  const { length: open } = node.openSlots;
  const moving = open === 0 ? [] : [open === 1 ? '1 slot open' : `${open} slots open`];
  switch (roleOf(node)) {
    case 'replica': {
      const master = factsOf(topology).nodesById.get(node.masterId ?? '');
      const lag = node.lagBytes === undefined ? [] : [`lag ${node.lagBytes === 0 ? '0' : formatBytes(node.lagBytes)}`];
      return [master ? `replica of ${nodeName(master, topology)}` : 'replica of an unknown master', ...lag];
    }
    case 'master':
      return [node.slots.isEmpty ? 'master without slots' : `slots ${formatSlots(node)}`, ...moving];
    case 'spare':
      return node.reachable ? ['stands by'] : [];
  }
}
