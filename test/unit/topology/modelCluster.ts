import assert from 'node:assert/strict';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import { SlotTextCache } from '../../../src/core/topology/slotTextCache';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type {
  ClusterInfo,
  ClusterNode,
  Look,
  NodeView,
  Persistence,
  ServerInfo,
  Topology,
} from '../../../src/core/topology/types';

/** A node of an imagined cluster, as everybody sees it unless a test says otherwise. */
export interface ModelNode {
  id: string;
  host: string;
  port: number;
  role: 'master' | 'slave';
  masterId?: string;
  /** `0-5460 7000`, as on the wire. */
  slots: string;
  epoch: number;
  /** Besides the role: `fail?`, `fail`, `noaddr`, `handshake`. */
  flags: string[];
  hostname?: string;
}

export function nodeId(number: number): string {
  return number.toString(16).padStart(8, '0').repeat(5);
}

/** Masters `nodeId(1)` on port 7001 and up, then their replicas in turn, each on a host of its own. */
export function modelCluster(masters: number, replicasPerMaster = 0): ModelNode[] {
  const count = masters * (replicasPerMaster + 1);
  return Array.from({ length: count }, (_, index): ModelNode => {
    const master = index % masters;
    const isMaster = index < masters;
    const start = Math.ceil((16384 * master) / masters);
    const end = Math.ceil((16384 * (master + 1)) / masters) - 1;
    return {
      id: nodeId(index + 1),
      host: `10.0.${index >> 8}.${index & 255}`,
      port: 7001 + (index % 1000),
      role: isMaster ? 'master' : 'slave',
      ...(isMaster ? {} : { masterId: nodeId(master + 1) }),
      slots: isMaster ? `${start}-${end}` : '',
      epoch: master + 1,
      flags: [],
    };
  });
}

/** The same node, changed for one test. */
export function changed(nodes: readonly ModelNode[], id: string, change: Partial<ModelNode>): ModelNode[] {
  return nodes.map(node => (node.id === id ? { ...node, ...change } : node));
}

export function renderNodes(nodes: readonly ModelNode[], viewerId: string, openSlots = ''): string {
  return nodes
    .map(node => {
      const { id, host, port, role, masterId = '-', epoch, slots, hostname } = node;
      const isOwn = id === viewerId;
      const flags = [...(isOwn ? ['myself'] : []), ...(node.flags.includes('handshake') ? [] : [role]), ...node.flags];
      const bus = port === 0 ? 0 : port + 10000;
      const link = node.flags.length > 0 ? 'disconnected' : 'connected';
      const tail = [slots, isOwn ? openSlots : ''].filter(text => text !== '').join(' ');
      const where = `${host}:${port}@${bus}${hostname === undefined ? '' : `,${hostname}`}`;
      const times = isOwn ? '0 0' : `0 17953669${String(epoch).padStart(5, '0')}`;
      return `${id} ${where} ${flags.join(',')} ${masterId} ${times} ${epoch} ${link}${tail === '' ? '' : ` ${tail}`}\n`;
    })
    .join('');
}

/** How one node sees the cluster; default: as it is. */
export interface Viewpoint {
  nodes?: readonly ModelNode[];
  openSlots?: string;
  state?: 'ok' | 'fail';
  /** How many slots it knows the owner of; default: all. */
  slotsAssigned?: number;
  info?: Partial<ServerInfo>;
  persistence?: Persistence;
  observedAtMilliseconds?: number;
  address?: string;
}

export function viewOf(
  nodes: readonly ModelNode[],
  viewerId: string,
  viewpoint: Viewpoint = {},
  cache = new SlotTextCache(),
): NodeView {
  const seen = viewpoint.nodes ?? nodes;
  const own = seen.find(node => node.id === viewerId)!;
  const address =
    viewpoint.address ?? (own.host.includes(':') ? `[${own.host}]:${own.port}` : `${own.host}:${own.port}`);
  return {
    address,
    observedAtMilliseconds: viewpoint.observedAtMilliseconds ?? 5000,
    roundTripMilliseconds: 1,
    lines: parseClusterNodes(renderNodes(seen, viewerId, viewpoint.openSlots), address, cache),
    clusterInfo: clusterInfo(viewpoint.state ?? 'ok', viewpoint.slotsAssigned),
    serverInfo: serverInfo({
      ...(own.role === 'slave' ? { role: 'replica', masterLink: 'up', syncing: false } : {}),
      ...viewpoint.info,
    }),
    ...(viewpoint.persistence && { persistence: viewpoint.persistence }),
  };
}

/** Looks at the whole cluster: one view per node that is not silent, a refused connection for those that are. */
export function looksAt(
  nodes: readonly ModelNode[],
  {
    silent = [],
    viewpoints = {},
  }: { silent?: readonly string[]; viewpoints?: Readonly<Record<string, Viewpoint>> } = {},
): Look[] {
  const cache = new SlotTextCache();
  return nodes.map(node =>
    silent.includes(node.id)
      ? refusedLook(`${node.host}:${node.port}`, node.id)
      : { view: viewOf(nodes, node.id, viewpoints[node.id], cache) },
  );
}

export function refusedLook(address: string, nodeIdOfIt?: string): Look {
  return {
    failure: {
      address,
      ...(nodeIdOfIt === undefined ? {} : { nodeId: nodeIdOfIt }),
      code: 'connectionRefused',
      message: `${address} refused the connection.`,
    },
  };
}

/** An empty server that knows only itself. */
export function loneNode(number: number, slots = ''): ModelNode {
  return { id: nodeId(number), host: `10.9.0.${number}`, port: 7500, role: 'master', slots, epoch: 0, flags: [] };
}

export function clusterInfo(state: 'ok' | 'fail', slotsAssigned = SlotSet.all.count): ClusterInfo {
  return {
    state,
    slotsAssigned,
    slotsOk: SlotSet.all.count,
    slotsSuspect: 0,
    slotsFailed: 0,
    knownNodes: 0,
    size: 0,
    currentEpoch: 9,
    ownEpoch: 1,
    fields: {},
  };
}

export function serverInfo(overrides: Partial<ServerInfo> = {}): ServerInfo {
  return {
    flavour: 'redis',
    version: '7.0.15',
    clusterEnabled: true,
    processId: 1,
    uptimeSeconds: 100,
    loading: false,
    role: 'master',
    replicationOffset: 1000,
    replicas: [],
    usedMemoryBytes: 1_000_000,
    maxMemoryBytes: 0,
    operationsPerSecond: 0,
    inputBytesPerSecond: 0,
    outputBytesPerSecond: 0,
    clients: 1,
    evictedKeys: 0,
    keysByDatabase: {},
    keys: 0,
    ...overrides,
  };
}

export function nodeOf({ nodes }: Topology, id: string): ClusterNode {
  return nodes.find(node => node.id === id) ?? assert.fail(`${id} is in the topology`);
}
