import * as vscode from 'vscode';
import { viewIds } from '../../shared/commandIds';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import type { SessionStore } from '../sessions/types';
import { buildTreeRows, countAttention } from './buildTreeRows';
import { createDragAndDrop } from './dragAndDrop';
import { nodeElementId, type Grouping, type TreeElement } from './elements';
import { registerMarkDecorations } from './markDecorations';
import { paced } from './paced';
import { revealNodeCommand, RowsProvider } from './rowsProvider';
import { setContext } from './setContext';
import { tooltipOf } from './tooltips';

export interface SelectedNode {
  clusterId: string;
  nodeId: string;
}

const groupingKey = 'redisCluster.groupBy';

/** The tree "Clusters". While it can be seen, the clusters are looked at again and again. */
export class ClustersView extends Disposable {
  readonly #store: SessionStore;
  readonly #log: Log;
  readonly #state: vscode.Memento;
  readonly #provider: RowsProvider<TreeElement>;
  readonly #view: vscode.TreeView<TreeElement>;
  readonly #nodeSelected = this.register(new vscode.EventEmitter<SelectedNode>());
  /** Fires when the row of a node, or of a problem about one, is selected. */
  readonly onDidSelectNode = this.#nodeSelected.event;

  #watching: { dispose(): void } | undefined;
  #badge = 0;
  #grouping: Grouping;

  constructor(context: Pick<vscode.ExtensionContext, 'workspaceState'>, store: SessionStore, log: Log) {
    super();
    this.#store = store;
    this.#log = log;
    this.#state = context.workspaceState;
    this.#grouping = this.#state.get(groupingKey) === 'host' ? 'host' : 'shard';
    this.#provider = this.register(
      new RowsProvider<TreeElement>(element => {
        const session = store.get(element.clusterId);
        return session && tooltipOf(element, session);
      }),
    );
    this.#view = this.register(
      vscode.window.createTreeView(viewIds.clusters, {
        treeDataProvider: this.#provider,
        showCollapseAll: true,
        dragAndDropController: createDragAndDrop(store),
      }),
    );
    this.register(registerMarkDecorations());
    this.register(this.#view.onDidChangeVisibility(() => this.#watchWhileVisible()));
    this.register(this.#view.onDidChangeSelection(({ selection: [element] }) => this.#tellSelection(element)));
    const update = this.register(paced(() => this.#update()));
    this.register(store.onDidChange(() => update.request()));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(() => update.request()));
    this.register(
      vscode.commands.registerCommand(revealNodeCommand, (clusterId: unknown, nodeId: unknown) =>
        typeof clusterId === 'string' && typeof nodeId === 'string' ? this.reveal(clusterId, nodeId) : undefined,
      ),
    );
    this.register({ dispose: () => this.#watching?.dispose() });
    void setContext(groupingKey, this.#grouping);
    this.#update();
    this.#watchWhileVisible();
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  /** The node whose row is selected, or whose problem is. */
  get selection(): SelectedNode | undefined {
    return nodeOf(this.#view.selection[0]);
  }

  get grouping(): Grouping {
    return this.#grouping;
  }

  async setGrouping(grouping: Grouping): Promise<void> {
    this.#grouping = grouping;
    this.#update();
    await Promise.all([setContext(groupingKey, grouping), this.#state.update(groupingKey, grouping)]);
  }

  /** Selects the node's row where the view can be seen; opens nothing. */
  select(clusterId: string, nodeId: string): void {
    if (this.visible && this.selection?.nodeId !== nodeId) void this.reveal(clusterId, nodeId);
  }

  /** Opens the view if need be and selects the node's row, or the cluster's when there is no such node. */
  async reveal(clusterId: string, nodeId?: string): Promise<void> {
    const element =
      (nodeId === undefined ? undefined : this.#provider.find(nodeElementId(clusterId, nodeId))) ??
      this.#provider.find(clusterId);
    if (!element) return;
    try {
      await this.#view.reveal(element, { select: true, focus: false, expand: element.kind === 'cluster' });
    } catch (error) {
      // The row may go while the view unfolds; the next look draws what there is.
      this.#log.debug('tree', `${element.id} could not be revealed: ${String(error)}`);
    }
  }

  #update(): void {
    const { sessions } = this.#store;
    this.#provider.show(buildTreeRows(sessions, this.#grouping));
    this.#setBadge(countAttention(sessions));
    const local = sessions.filter(({ definition }) => definition.local).length;
    void setContext('redisCluster.hasClusters', sessions.length > 0);
    const onlyReadOnly = sessions.length > 0 && sessions.every(({ definition }) => definition.readOnly);
    void setContext('redisCluster.onlyReadOnly', onlyReadOnly);
    void setContext('redisCluster.hasLocalCluster', local > 0);
    void setContext('redisCluster.hasOwnCluster', sessions.length > local);
    const restricted = sessions.length > 0 && !vscode.workspace.isTrusted;
    this.#setMessage(
      restricted ? vscode.l10n.t('Restricted Mode: clusters can be watched; servers are not started here.') : undefined,
    );
  }

  // Only on change: a message, too, puts off the drawing of the tree.
  #setMessage(message: string | undefined): void {
    if (message === this.#view.message) return;
    // @types/vscode leaves out that undefined takes the message away.
    this.#view.message = message as string;
  }

  #setBadge(count: number): void {
    if (count === this.#badge) return;
    this.#badge = count;
    this.#view.badge =
      count === 0
        ? undefined
        : {
            value: count,
            tooltip:
              count === 1 ? vscode.l10n.t('1 node needs attention') : vscode.l10n.t('{0} nodes need attention', count),
          };
  }

  #watchWhileVisible(): void {
    if (this.#view.visible) this.#watching ??= this.#store.watch('tree');
    else {
      this.#watching?.dispose();
      this.#watching = undefined;
    }
  }

  #tellSelection(element: TreeElement | undefined): void {
    const selected = nodeOf(element);
    if (selected) this.#nodeSelected.fire(selected);
  }
}

function nodeOf(element: TreeElement | undefined): SelectedNode | undefined {
  return element?.nodeId === undefined ? undefined : { clusterId: element.clusterId, nodeId: element.nodeId };
}
