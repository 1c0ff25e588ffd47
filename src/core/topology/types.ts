import type { SlotSet } from './slotSet';

export type NodeRole = 'master' | 'replica';
export type Flavour = 'redis' | 'valkey';

/** What of its data a server finds on disk when it is started again: `log` (append-only file) all, `snapshots` the last one, `nothing`. */
export type Persistence = 'log' | 'snapshots' | 'nothing';

/**
 * One word per node, the worst that holds:
 * - `failed`: a majority of the voting masters that were heard says `fail`;
 * - `unreachable`: it did not answer this look and nobody in the cluster calls it failed (yet);
 * - `suspect`: some viewer flags `fail?` (or a minority `fail`);
 * - `joining`: only known through a handshake, or without an address;
 * - `spare`: an empty node that stands by: no slots, no replicas, follows nobody;
 * - `ok`: none of these.
 */
export type NodeStatus = 'ok' | 'suspect' | 'failed' | 'joining' | 'unreachable' | 'spare';

/** A slot that is being moved, as one of its two ends says: `[slot->-id]` is migrating, `[slot-<-id]` importing. */
export interface OpenSlot {
  slot: number;
  direction: 'migrating' | 'importing';
  /** The node at the other end. */
  peerId: string;
}

/** One line of CLUSTER NODES: what one node says about one node. */
export interface NodeLine {
  id: string;
  /** IP (or, with IPv6, without brackets); empty when the server does not know it. */
  host: string;
  port: number;
  busPort: number;
  hostname?: string;
  /** As sent: `myself`, `master`, `slave`, `fail?`, `fail`, `handshake`, `noaddr`, `nofailover`. */
  flags: readonly string[];
  masterId?: string;
  configEpoch: number;
  linkConnected: boolean;
  slots: SlotSet;
  /** Only on the line of the viewer itself. */
  openSlots: readonly OpenSlot[];
}

/** CLUSTER INFO. Fields the server does not have are absent; `fields` keeps every line as sent. */
export interface ClusterInfo {
  state: 'ok' | 'fail';
  slotsAssigned: number;
  slotsOk: number;
  slotsSuspect: number;
  slotsFailed: number;
  knownNodes: number;
  /** Masters with slots. */
  size: number;
  currentEpoch: number;
  ownEpoch: number;
  fields: Readonly<Record<string, string>>;
}

/** A replica as its master lists it in INFO. */
export interface ReplicaLine {
  host: string;
  port: number;
  /** `online`, `wait_bgsave`, `send_bulk`, ... */
  state: string;
  offset: number;
  lagSeconds: number;
}

/** What of INFO the product uses. Sizes in bytes, times in the unit of their name. */
export interface ServerInfo {
  flavour: Flavour;
  /** `7.0.15`; of Valkey its own version, not the Redis one it pretends to be. */
  version: string;
  clusterEnabled: boolean;
  processId: number;
  uptimeSeconds: number;
  loading: boolean;
  role: NodeRole;
  /** Replicas only. */
  masterLink?: 'up' | 'down';
  /** Replicas whose link is down; absent while it was never up since the server started. */
  masterLinkDownSeconds?: number;
  /** Replicas only: a full synchronisation is running. */
  syncing?: boolean;
  replicationOffset: number;
  replicas: readonly ReplicaLine[];
  usedMemoryBytes: number;
  /** 0 = no limit. */
  maxMemoryBytes: number;
  operationsPerSecond: number;
  /** As the server itself measures it over its last seconds; replication counts, the cluster bus does not. */
  inputBytesPerSecond: number;
  outputBytesPerSecond: number;
  clients: number;
  /** Since the server started. */
  evictedKeys: number;
  /** Whether it writes an append-only file; absent where a service hides that. */
  appendOnly?: boolean;
  /** Database number -> keys; databases without keys are absent. */
  keysByDatabase: Readonly<Record<number, number>>;
  /** Over all databases. */
  keys: number;
  /** Valkey 8 and newer, when set. */
  availabilityZone?: string;
}

/** Everything one node said in one look. */
export interface NodeView {
  /** `host:port` that was asked, as the caller or the cluster names it (not the mapped address that was dialled). */
  address: string;
  observedAtMilliseconds: number;
  roundTripMilliseconds: number;
  lines: readonly NodeLine[];
  clusterInfo: ClusterInfo;
  serverInfo: ServerInfo;
  /** Absent when it does not tell, which takes the right to CONFIG GET unless it has an append-only file. */
  persistence?: Persistence;
  /** Present where `lines` is one list for all who say the same of others: what it says of itself, which is not in there. */
  own?: NodeLine;
  /** It was not asked this time: it is taken to say what most of those asked say, or what it said last if that was something else. */
  isPresumed?: true;
}

/** A node that was asked and gave no usable answer. */
export interface FailedLook {
  address: string;
  /** Known when the cluster, or an earlier look, told it. */
  nodeId?: string;
  /** `connectionRefused`, `timedOut`, `wrongPassword`, `malformedReply`, ...: the code of the ClusterError. */
  code: string;
  /** Whole sentences. */
  message: string;
}

export type Look = { view: NodeView } | { failure: FailedLook };

/** A node as all views together describe it. */
export interface ClusterNode {
  /** The 40 hex digits; for an address that never answered and nobody lists: `?host:port`. */
  id: string;
  host: string;
  port: number;
  busPort: number;
  hostname?: string;
  /** `host:port`, an IPv6 host in brackets. */
  address: string;
  /** The failure domain: the label the user gave, else the server's availability zone, else `host`. */
  hostLabel: string;
  role: NodeRole;
  /** The id of the master it replicates. */
  masterId?: string;
  slots: SlotSet;
  openSlots: readonly OpenSlot[];
  configEpoch: number;
  status: NodeStatus;
  /** False for a node that knows only itself: a spare outside, or a candidate for a new cluster. */
  inCluster: boolean;
  /** Ids of the nodes that list it. */
  seenBy: readonly string[];
  /** Ids of the nodes that flag it `fail?` or `fail`. */
  suspectedBy: readonly string[];
  /** Ids of the nodes that flag it `fail`. */
  failedBy: readonly string[];
  /** It answered this look. */
  reachable: boolean;
  /** Why it did not answer, whole sentences. */
  unreachableReason?: string;
  /** The same as the code of the ClusterError; absent when it was not asked. */
  unreachableCode?: string;
  /** What the node itself says of the cluster; absent when it did not answer. */
  clusterState?: 'ok' | 'fail';
  /** How many nodes it lists, itself included; absent when it did not answer. */
  knownNodes?: number;
  /** Bytes behind its master, replicas only and only when both answered. */
  lagBytes?: number;
  /** Absent when it did not answer. */
  info?: ServerInfo;
  /** Of a node that does not answer: what it said when it did last. */
  lastInfo?: ServerInfo;
  /** As it told last; absent when it never did. */
  persistence?: Persistence;
  roundTripMilliseconds?: number;
  /** For a failed node that lost its slots: the id of the shard it served. That shard may be gone. */
  formerShardId?: string;
}

/** A master and its replicas. */
export interface Shard {
  /**
   * `slot-<first slot>` as it was when the shard was first seen, or with `-<node id>` where another goes by that;
   * `master-<node id>` if it never had slots. Over looks it stays with the nodes: it survives failovers and moves of slots.
   */
  id: string;
  /** Absent when replicas follow a master nobody lists any more. */
  masterId?: string;
  replicaIds: readonly string[];
  slots: SlotSet;
}

export type DisagreementKind = 'slotOwner' | 'role' | 'membership' | 'epochCollision';

/** Something the views do not agree about. */
export interface Disagreement {
  kind: DisagreementKind;
  /** A whole sentence that names the nodes and slots. */
  text: string;
  nodeIds: readonly string[];
  slots?: SlotSet;
}

/** What all views together say. Plain data but for its slot sets; `JSON.stringify` gives a readable export. */
export interface Topology {
  /** Sorted: masters in the order of the shards, each followed by its replicas; then spares; then failed and unknown nodes. */
  nodes: readonly ClusterNode[];
  /** Sorted by the slot they are called after, those without slots last. Empty masters and spares that nobody follows form no shard. */
  shards: readonly Shard[];
  disagreements: readonly Disagreement[];
  /** Ids that some reachable nodes still list and a majority does not, or lists without an address. */
  ghosts: readonly string[];
  /**
   * Ids of nodes that answer, and that most of the answering nodes they list do not list: most often they were replaced while
   * they were down. What they say of the cluster does not count.
   */
  forgotten: readonly string[];
  /** Slots some master owns in the merged view. */
  coveredSlots: SlotSet;
  /**
   * `none` when there is no cluster yet, `ok` only when every reachable member says so that serves slots, or follows a
   * master and knows all slots that are served. What newcomers say counts only where nobody else answers.
   */
  clusterState: 'none' | 'ok' | 'fail';
  /** A hash of nodes, roles, slots and epochs: equal topologies have equal ids, whatever their numbers and ages. */
  stateId: string;
  observedAtMilliseconds: number;
  asked: number;
  answered: number;
}
