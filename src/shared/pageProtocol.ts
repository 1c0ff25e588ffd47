/** What the topology page and the extension say to each other. Snapshots are whole and numbered; an older one is ignored. */

export type NodeState =
  'ok' | 'suspect' | 'failed' | 'joining' | 'unreachable' | 'spare' | 'syncing' | 'linkDown' | 'loading';

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
  /** For a failed node without slots: the shard column it belongs to. */
  formerShardId?: string;
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
