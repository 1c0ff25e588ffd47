import type { Problem } from '../../core/index';
import type { ClusterColor } from '../../shared/clusterColors';

/** What a row of the clusters view stands for. An element is an identity: what it shows is in its TreeRow, and may change. */
export type TreeElement =
  | ClusterElement
  | OperationElement
  | SupervisorElement
  | FailureElement
  | ProblemsElement
  | ProblemElement
  | ShardElement
  | HostElement
  | SparesElement
  | FailedNodesElement
  | EventsElement
  | EventElement
  | NodeElement;

interface ElementBase {
  /** Unique in the view and stable over polls: `clusterId`, `clusterId/nodeId`, `clusterId/shard/slot-0`, ... */
  id: string;
  clusterId: string;
  nodeId?: string;
}

export interface ClusterElement extends ElementBase {
  kind: 'cluster';
}

export interface OperationElement extends ElementBase {
  kind: 'operation';
  operationId: string;
}

/** Who watches over the cluster. */
export interface SupervisorElement extends ElementBase {
  kind: 'supervisor';
}

/** Why the cluster could not be looked at. */
export interface FailureElement extends ElementBase {
  kind: 'failure';
}

export interface ProblemsElement extends ElementBase {
  kind: 'problems';
}

/** `nodeId` is the first node the problem is about, where it is about any; `strayKeys` where "Fix" has to look for them. */
export interface ProblemElement extends ElementBase {
  kind: 'problem';
  problemKey: string;
  strayKeys?: true;
}

export interface ShardElement extends ElementBase {
  kind: 'shard';
  shardId: string;
}

export interface HostElement extends ElementBase {
  kind: 'host';
  hostLabel: string;
}

export interface SparesElement extends ElementBase {
  kind: 'spares';
}

/** Nodes that are down and belong to no shard any more. */
export interface FailedNodesElement extends ElementBase {
  kind: 'failedNodes';
}

export interface EventsElement extends ElementBase {
  kind: 'events';
}

/** An event of the timeline, or a stage of one. `nodeId` is the node it is about, where that is still there. */
export interface EventElement extends ElementBase {
  kind: 'event';
  eventId: string;
}

export interface NodeElement extends ElementBase {
  kind: 'node';
  nodeId: string;
}

export type Grouping = 'shard' | 'host';

/** A row of the operations view; `clusterId` where the cluster is one of those known here. */
export interface OperationsElement {
  kind: 'operation' | 'step' | 'history';
  id: string;
  clusterId?: string;
  operationId?: string;
}

/** A row as it is to be drawn; plain data, so that two rows can be compared. */
export interface TreeRow<Element extends { id: string } = TreeElement> {
  element: Element;
  label: string;
  description: string;
  icon: RowIcon;
  /** Colours the label; what is in production has a letter too. */
  mark?: { color: ClusterColor; production: boolean };
  /** Words, matched in menus with `viewItem =~ /\bword\b/`. */
  contextValue: string;
  expansion: 'none' | 'collapsed' | 'expanded';
  /** Read out instead of label and description. */
  spoken: string;
  /** A click jumps to this node's row. */
  opens?: { clusterId: string; nodeId: string };
  children: readonly TreeRow<Element>[];
}

/** A codicon and a theme colour; the shape alone must tell the state. */
export interface RowIcon {
  id: string;
  color?: string;
}

/** The element of a node's row, in whichever group the row stands. */
export function nodeElementId(clusterId: string, nodeId: string): string {
  return `${clusterId}/${nodeId}`;
}

/** One key per problem, unique among them and the same at the next look: its code and nodes. */
export function problemKeys(problems: readonly Problem[]): string[] {
  const seen = new Map<string, number>();
  return problems.map(({ code, nodeIds }) => {
    const key = [code, ...nodeIds].join('+');
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return times === 0 ? key : `${key}#${times}`;
  });
}
