import type { Cargo } from '../shared/dropRules';
import type { PageView, Snapshot } from '../shared/pageProtocol';
import type { WhatIfSubject } from '../shared/pageWhatIf';
import type { Move } from './navigate';
import type { ShardTotals } from './numbers/shardTotals';
import type { DifferenceMarks } from './still/differenceMarks';
import type { Fates } from './whatIf/fates';

/** What a view is drawn from. */
export interface ViewModel {
  snapshot: Snapshot;
  /** Where the snapshot has but a part of the nodes: how many there are in all. */
  nodesInAll?: number;
  view: PageView;
  selectedNodeId: string | undefined;
  /** Nodes to point out. */
  changedNodeIds: ReadonlySet<string>;
  /** Found by a search. */
  foundNodeIds?: ReadonlySet<string>;
  /** What would become of nodes and shards, while it is asked what a death would cost. */
  fates?: Fates | undefined;
  /** What is otherwise about nodes now, where another picture than the present one is shown. */
  marks?: DifferenceMarks | undefined;
  /** By the id of the shard, worked out over all shards when it is first asked for. */
  totals?: (() => ReadonlyMap<string, ShardTotals>) | undefined;
  /** Whether what moves may be seen moving. */
  animated: boolean;
}

/** One way to look at the cluster. The page shows one at a time, and draws no other. */
export interface View {
  element: HTMLElement;
  /** Where the keys and clicks on nodes are listened to: items in it bear `data-node-id`. */
  items: HTMLElement;
  update(model: ViewModel): void;
  move(move: Move): void;
  /** The node that has the tab stop, if it is a node. */
  activeNodeId(): string | undefined;
  /** Makes it the tab stop and scrolls to it; takes the focus only when asked. */
  show(nodeId: string, takeFocus: boolean): void;
  openMenu(): void;
  /** What a what-if would be about, where it is not the node with the tab stop. */
  activeSubject?(): WhatIfSubject | undefined;
  /** What would be carried from here, where it is no node. */
  cargo?(): Cargo;
  /** Another view is shown from now on. */
  leave?(): void;
  /** A key of the page that is the view's own while it is shown; false when it does not know it. */
  press?(key: string): boolean;
}
