/** What the topology page and the extension say to each other. Snapshots are whole and numbered; an older one is ignored. */

export type NodeState =
  'ok' | 'suspect' | 'failed' | 'joining' | 'unreachable' | 'spare' | 'syncing' | 'linkDown' | 'loading';

/** From this time on, milliseconds since 1970, the node was in this state. `unknown`: nobody looked. */
export interface PageRun {
  atMilliseconds: number;
  state: NodeState | 'unknown';
}

/** What an event of the timeline, or a stage of one, is about; those of the core. */
export type EventKind =
  | 'unreachable'
  | 'suspect'
  | 'failed'
  | 'answers'
  | 'recovered'
  | 'failingOver'
  | 'stuck'
  | 'newMaster'
  | 'failover'
  | 'follows'
  | 'appeared'
  | 'joined'
  | 'left'
  | 'roleChanged'
  | 'masterChanged'
  | 'addressChanged'
  | 'slotsMoved'
  | 'epochChanged'
  | 'linkDown'
  | 'linkUp'
  | 'disagreement'
  | 'agreement'
  | 'clusterDown'
  | 'clusterUp'
  | 'silence'
  | 'operation'
  | 'supervisor';

export interface PageStage {
  /** Milliseconds since 1970. */
  atMilliseconds: number;
  kind: EventKind;
  /** A whole sentence. */
  text: string;
}

export interface PageEvent extends PageStage {
  /** Stays the same while the event goes on. */
  id: string;
  /** The one to show first. */
  nodeIds: string[];
  /** Oldest first, the latest included; empty when there is but one. */
  stages: PageStage[];
  /** Found when the watch began, or after a pause: it may have happened earlier. */
  afterPause?: true;
}

export interface PageNode {
  id: string;
  /** Short: `127.0.0.1:7000`, or the port alone when all nodes share one host. */
  name: string;
  address: string;
  hostLabel: string;
  role: 'master' | 'replica' | 'spare';
  masterId?: string;
  state: NodeState;
  /** The state in words, with numbers where they help: `suspect 2/6`, `syncing`, `link down`. */
  stateText: string;
  /** `0-5460`, empty for none. */
  slots: string;
  slotCount: number;
  memoryBytes?: number;
  operationsPerSecond?: number;
  keys?: number;
  lagBytes?: number;
  /** Runs on this machine under the extension's care, so that it can be killed, started, paused. */
  local: boolean;
  /** The words of the tree's contextValue: the same menus apply. */
  contextValue: string;
  /** For a failed node without slots: the shard column it belongs to; the id of none where that is not known. */
  formerShardId?: string;
  /** Its last states, oldest first, one per change: the last ten minutes and what it was in when they began. */
  history: PageRun[];
}

export interface PageShard {
  id: string;
  /** `Shard 1`, in slot order. */
  name: string;
  slots: string;
  masterId?: string;
  replicaIds: string[];
}

export interface Snapshot {
  version: number;
  clusterId: string;
  clusterName: string;
  status: 'ok' | 'degraded' | 'failing' | 'none' | 'unknown';
  /** The status bar's words without its icon. */
  statusText: string;
  nodes: PageNode[];
  shards: PageShard[];
  problems: { severity: 'error' | 'warning'; text: string; remedy: string; nodeIds: string[] }[];
  /** While an operation runs. */
  operation?: { title: string; message: string; fraction: number };
  /** What happened, newest first; at most 50. */
  events: PageEvent[];
  /** By the clock that took the times of events and histories, milliseconds since 1970. */
  nowMilliseconds: number;
  /** TLS verification is switched off, a read-only cluster, ...: short words to show beside the name. */
  marks: string[];
}

export type ToPage =
  | { type: 'snapshot'; snapshot: Snapshot }
  /** The tree's selection. */
  | { type: 'select'; nodeId: string | undefined };

export type FromPage =
  | { type: 'ready' }
  | { type: 'select'; nodeId: string }
  /** Opens the node's details: reveals it in the tree. */
  | { type: 'reveal'; nodeId: string }
  | { type: 'problem'; message: string };

/** What the page keeps over a reload: where the reader was, never data. */
export interface PageState {
  clusterId: string;
  groupBy: 'shard' | 'host';
  selectedNodeId?: string;
  timelineFolded?: true;
}

/** Narrows what arrived from the page; anything unexpected is refused, never acted upon. */
export function parseFromPage(value: unknown): FromPage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, nodeId, message } = value as Record<string, unknown>;
  switch (type) {
    case 'ready':
      return { type };
    case 'select':
    case 'reveal':
      return typeof nodeId === 'string' && nodeId.length <= 100 ? { type, nodeId } : undefined;
    case 'problem':
      return typeof message === 'string' ? { type, message: message.slice(0, 1000) } : undefined;
    default:
      return undefined;
  }
}
