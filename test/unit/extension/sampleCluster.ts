import {
  health,
  FigureTrends,
  mergeLooks,
  parseClusterInfo,
  parseClusterNodes,
  parseServerInfo,
  Timeline,
  type Look,
  type Topology,
} from '../../../src/core/index';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import type { ClusterDefinition } from '../../../src/extension/sessions/types';

/** A node as the replies of its cluster describe it. */
export interface SampleNode {
  port: number;
  host?: string;
  /** `0-5460 7000`, as CLUSTER NODES writes them. */
  slots?: string;
  masterPort?: number;
  /** In no cluster: it knows only itself. */
  alone?: boolean;
  /** It answers nobody; the others flag it so. `silent`: they have not noticed yet. */
  down?: 'fail' | 'fail?' | 'silent';
  /** It says that the cluster is down. */
  refuses?: boolean;
  /** Lines of INFO that differ. */
  info?: Record<string, string | number>;
}

/** 3 masters with a replica each, on one address. */
export const threeShards: readonly SampleNode[] = [
  { port: 7000, slots: '0-5460' },
  { port: 7001, slots: '5461-10922' },
  { port: 7002, slots: '10923-16383' },
  { port: 7003, masterPort: 7000 },
  { port: 7004, masterPort: 7001 },
  { port: 7005, masterPort: 7002 },
];

/** The same nodes, some of them different. */
export function withNodes(nodes: readonly SampleNode[], ...changes: SampleNode[]): SampleNode[] {
  const changed = nodes.map(node => changes.find(({ port }) => port === node.port) ?? node);
  return [...changed, ...changes.filter(({ port }) => nodes.every(node => node.port !== port))];
}

/** The same nodes, just started: they refuse commands for their first seconds. */
export function young(nodes: readonly SampleNode[], uptimeSeconds = 1): SampleNode[] {
  return nodes.map(node => ({ ...node, refuses: true, info: { ...node.info, uptime_in_seconds: uptimeSeconds } }));
}

export function nodeId(port: number): string {
  return String(port).padStart(40, '0');
}

/** The topology the core makes of the replies that these nodes would give. */
export function sampleTopology(nodes: readonly SampleNode[], previous?: Topology): Topology {
  const looks = nodes.map((node): Look => (node.down ? failedLook(node) : { view: viewOf(node, nodes) }));
  // Three failure domains, no replica in that of its master.
  const hosts = Object.fromEntries(nodes.map(node => [addressOf(node), `host-${(placeOf(node) % 3) + 1}`]));
  return mergeLooks(looks, { hosts, ...(previous && { previous }) });
}

export function sampleState(nodes: readonly SampleNode[], differing: Partial<ClusterState> = {}): ClusterState {
  const topology = sampleTopology(nodes);
  return { ...emptyState(), topology, health: health(topology), ...differing };
}

/** Of a cluster nobody has looked at. */
export function emptyState(definition: Partial<ClusterDefinition> = {}): ClusterState {
  return {
    definition: { id: 'sample', name: 'Sample', nodes: ['127.0.0.1:7000'], ...definition },
    topology: undefined,
    health: undefined,
    lastCheck: undefined,
    failure: undefined,
    operation: undefined,
    operationElsewhere: undefined,
    localServers: undefined,
    timeline: new Timeline(),
    figures: new FigureTrends(),
    supervisor: undefined,
  };
}

/** Since 00:04:05, of whatever time zone. */
export const operationElsewhere: NonNullable<ClusterState['operationElsewhere']> = {
  operationId: 'o',
  title: 'Move 100 slots',
  since: new Date(2026, 0, 2, 0, 4, 5).toISOString(),
  processId: 1,
  host: 'desk',
  nodeIds: [nodeId(7000)],
};

export function localServersOf(states: Record<number, 'running' | 'paused' | 'stopped'>): ClusterState['localServers'] {
  const servers = Object.entries(states).map(([port, state]) => ({
    port: Number(port),
    address: `127.0.0.1:${port}`,
    directory: `/servers/${port}`,
    nodeId: nodeId(Number(port)),
    hostLabel: 'host-1',
    state,
  }));
  return { servers } as unknown as ClusterState['localServers'];
}

function placeOf({ port, masterPort }: SampleNode): number {
  return masterPort === undefined ? port - 7000 : masterPort - 7000 + 1;
}

function addressOf({ host = '127.0.0.1', port }: SampleNode): string {
  return `${host}:${port}`;
}

function failedLook(node: SampleNode): Look {
  const address = addressOf(node);
  return { failure: { address, code: 'connectionRefused', message: `${address} refused the connection.` } };
}

function viewOf(viewer: SampleNode, nodes: readonly SampleNode[]): Extract<Look, { view: unknown }>['view'] {
  const address = addressOf(viewer);
  const listed = viewer.alone ? [viewer] : nodes.filter(({ alone }) => !alone);
  const lines = listed.map(node => nodeLine(node, node === viewer)).join('\n');
  const isDown = listed.some(({ slots, down }) => slots && down === 'fail');
  const state = isDown || viewer.alone || viewer.refuses ? 'fail' : 'ok';
  return {
    address,
    observedAtMilliseconds: 1_700_000_000_000,
    roundTripMilliseconds: 1,
    lines: parseClusterNodes(lines, address),
    clusterInfo: parseClusterInfo(
      infoText({
        cluster_state: state,
        cluster_slots_assigned: viewer.alone ? 0 : 16384,
        cluster_slots_ok: viewer.alone ? 0 : 16384,
        cluster_slots_pfail: 0,
        cluster_slots_fail: 0,
        cluster_known_nodes: listed.length,
        cluster_size: listed.filter(({ slots }) => slots).length,
        cluster_current_epoch: 6,
        cluster_my_epoch: 1,
      }),
      address,
    ),
    serverInfo: parseServerInfo(infoText({ ...infoOf(viewer), ...viewer.info }), address),
  };
}

function nodeLine(node: SampleNode, myself: boolean): string {
  const { port, masterPort, slots = '', down } = node;
  const flags = [
    ...(myself ? ['myself'] : []),
    masterPort === undefined ? 'master' : 'slave',
    ...(down && down !== 'silent' ? [down] : []),
  ].join(',');
  const master = masterPort === undefined ? '-' : nodeId(masterPort);
  const epoch = (masterPort ?? port) - 6999;
  return `${nodeId(port)} ${addressOf(node)}@${port + 10000} ${flags} ${master} 0 0 ${epoch} connected ${slots}`.trim();
}

function infoOf({ masterPort }: SampleNode): Record<string, string | number> {
  const common = {
    redis_version: '7.0.15',
    cluster_enabled: 1,
    process_id: 1,
    uptime_in_seconds: 60,
    loading: 0,
    used_memory: 1_258_291,
    maxmemory: 0,
    instantaneous_ops_per_sec: 12,
    connected_clients: 1,
    evicted_keys: 0,
  };
  return masterPort === undefined
    ? { ...common, role: 'master', master_repl_offset: 100 }
    : {
        ...common,
        role: 'slave',
        master_host: '127.0.0.1',
        master_port: masterPort,
        master_link_status: 'up',
        master_sync_in_progress: 0,
        slave_repl_offset: 100,
        master_repl_offset: 100,
      };
}

function infoText(fields: Record<string, string | number>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}:${value}`)
    .join('\r\n');
}
