import { l10n } from 'vscode';
import type { ClusterNode, LocalServer, Shard, Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { isRetired, localServerOf, roleIn, roleOf, standsBy } from './contextWords';
import { factsOf, isOutOfService } from './topologyFacts';

/** The port alone when all nodes share one address, else `host:port`; the start of its id when the cluster lost that. */
export function nodeName(node: Pick<ClusterNode, 'id' | 'address' | 'port'>, topology: Topology): string {
  if (node.port === 0) return l10n.t('node {0}', node.id.slice(0, 8));
  return factsOf(topology).oneHost ? String(node.port) : node.address;
}

/** `Shard 1`, in slot order. */
export function shardName(shard: Pick<Shard, 'id'>, topology: Topology): string {
  return l10n.t('Shard {0}', factsOf(topology).shardNumbers.get(shard.id) ?? '?');
}

/** The state in words, with the number of viewers that agree where that matters: `ok`, `failed 4/5`, `stopped`. */
export function stateText(
  node: ClusterNode,
  topology: Topology,
  session: Pick<ClusterState, 'localServers' | 'supervisor'>,
): string {
  const server = localServerOf(node, session);
  const stopped = server && server.state !== 'running' ? `${serverWord(server)}, ` : '';
  const { viewers: all } = factsOf(topology);
  const viewers = node.reachable && node.inCluster ? all - 1 : all;
  if (topology.forgotten.includes(node.id)) return stopped + l10n.t('forgotten by the cluster');
  switch (node.status) {
    case 'failed':
      return stopped + l10n.t('failed {0}/{1}', node.failedBy.length, viewers);
    case 'suspect':
      return stopped + l10n.t('suspect {0}/{1}', node.suspectedBy.length, viewers);
    case 'unreachable':
      return stopped === '' ? statusWord(node.status) : serverWord(server!);
    case 'joining':
      return statusWord(node.status);
    case 'ok':
    case 'spare':
      if (stopped !== '') return serverWord(server!);
      return isRetired(node, session) ? l10n.t('out of use') : replicationState(node);
  }
}

// The state of a node of which there is nothing to say.
function wellText(): string {
  return l10n.t('ok');
}

/** The status in a word; of a spare, that it is well. */
export function statusWord(status: ClusterNode['status']): string {
  switch (status) {
    case 'ok':
    case 'spare':
      return wellText();
    case 'suspect':
      return l10n.t('suspect');
    case 'failed':
      return l10n.t('failed');
    case 'unreachable':
      return l10n.t('unreachable');
    case 'joining':
      return l10n.t('joining');
  }
}

function serverWord({ state }: Pick<LocalServer, 'state'>): string {
  switch (state) {
    case 'running':
      return l10n.t('running');
    case 'paused':
      return l10n.t('paused');
    case 'stopped':
      return l10n.t('stopped');
  }
}

/** How many of these spares stand by, and what keeps the others from it: `2`, `1 · 1 stopped`, `2 unreachable`. */
export function spareCounts(
  spares: readonly ClusterNode[],
  topology: Topology,
  session: Pick<ClusterState, 'localServers' | 'supervisor'>,
): { standingBy: number; others: string[] } {
  const states = spares.map(node =>
    standsBy(node, session) && !topology.forgotten.includes(node.id) ? undefined : stateText(node, topology, session),
  );
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
    ...(state === wellText() ? [] : [state]),
    ...(isRetired(node, session) || topology.forgotten.includes(node.id) ? [] : duty(node, topology)),
    ...(node.info && roleOf(node) === 'master' ? [l10n.t('{0} op/s', formatRate(node.info.operationsPerSecond))] : []),
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
  return ranges.length > 3 ? l10n.t('{0} and {1} more', shown, ranges.length - 3) : shown;
}

function replicationState(node: ClusterNode): string {
  if (node.info?.loading) return l10n.t('loading its data');
  if (node.role !== 'replica') return wellText();
  if (node.info?.syncing) return l10n.t('syncing');
  return node.info?.masterLink === 'down' ? l10n.t('link down') : wellText();
}

/** `master`, `replica`, `spare`; `former master` of one that is down and whose slots another has taken. */
export function roleText(node: ClusterNode, topology: Topology): string {
  const isFormer = isOutOfService(node, topology) && factsOf(topology).shardNumbers.has(node.formerShardId ?? '');
  return isFormer ? formerRoleWord(roleOf(node)) : roleWord(roleIn(node, topology));
}

function roleWord(role: ReturnType<typeof roleOf>): string {
  switch (role) {
    case 'master':
      return l10n.t('master');
    case 'replica':
      return l10n.t('replica');
    case 'spare':
      return l10n.t('spare');
  }
}

// What is out of service was one of the two.
function formerRoleWord(role: ReturnType<typeof roleOf>): string {
  return role === 'replica' ? l10n.t('former replica') : l10n.t('former master');
}

function formerDuty(role: ReturnType<typeof roleOf>, shard: string): string {
  return role === 'replica' ? l10n.t('former replica of {0}', shard) : l10n.t('former master of {0}', shard);
}

function duty(node: ClusterNode, topology: Topology): string[] {
  if (isOutOfService(node, topology)) {
    const { formerShardId: id } = node;
    const isKnown = id !== undefined && factsOf(topology).shardNumbers.has(id);
    return [isKnown ? formerDuty(roleOf(node), shardName({ id }, topology)) : l10n.t('serves no slots')];
  }
  const { length: open } = node.openSlots;
  const moving = open === 0 ? [] : [open === 1 ? l10n.t('1 slot open') : l10n.t('{0} slots open', open)];
  switch (roleOf(node)) {
    case 'replica': {
      const master = factsOf(topology).nodesById.get(node.masterId ?? '');
      const lag =
        node.lagBytes === undefined ? [] : [l10n.t('lag {0}', node.lagBytes === 0 ? '0' : formatBytes(node.lagBytes))];
      return [
        master ? l10n.t('replica of {0}', nodeName(master, topology)) : l10n.t('replica of an unknown master'),
        ...lag,
      ];
    }
    case 'master':
      return [node.slots.isEmpty ? l10n.t('master without slots') : l10n.t('slots {0}', formatSlots(node)), ...moving];
    case 'spare':
      return node.reachable ? [l10n.t('stands by')] : [];
  }
}
