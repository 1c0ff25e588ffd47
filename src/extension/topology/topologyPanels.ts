import * as vscode from 'vscode';
import { viewIds } from '../../shared/commandIds';
import type { Log } from '../log';
import type { Settings } from '../settings/settings';
import type { SessionStore } from '../sessions/types';
import type { ClustersView } from '../tree/clustersView';
import { Pasts } from './past/pasts';
import type { PreviewRequest } from './planPreview';
import { TopologyPanel } from './topologyPanel';

/** One topology page per cluster, brought back after a reload of the window. */
export class TopologyPanels implements vscode.Disposable {
  readonly #panels = new Map<string, TopologyPanel>();
  readonly #registrations: vscode.Disposable[];
  readonly #pasts: Pasts;

  constructor(
    private readonly context: Pick<vscode.ExtensionContext, 'extensionUri'>,
    private readonly store: SessionStore,
    private readonly clustersView: ClustersView,
    private readonly log: Log,
    private readonly settings: Pick<Settings, 'picture'>,
  ) {
    // Before the pages, so that what they show of a look is kept already.
    this.#pasts = new Pasts(store);
    this.#registrations = [
      this.#pasts,
      vscode.window.registerWebviewPanelSerializer(viewIds.topology, {
        deserializeWebviewPanel: (panel, state) => Promise.resolve(this.#restore(panel, state)),
      }),
      clustersView.onDidSelectNode(({ clusterId, nodeId }) => this.#panels.get(clusterId)?.select(nodeId)),
      store.onDidChange(session => {
        for (const [clusterId, panel] of this.#panels)
          if (!store.get(clusterId)) panel.dispose();
          else if (!session || session.definition.id === clusterId) panel.update();
      }),
    ];
  }

  /** Opens the page of a cluster or brings it to the front. */
  show(clusterId: string, nodeId?: string): void {
    const open = this.#panels.get(clusterId);
    if (open) open.reveal();
    else {
      const title = this.store.get(clusterId)?.definition.name ?? vscode.l10n.t('Topology');
      const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false };
      this.#adopt(vscode.window.createWebviewPanel(viewIds.topology, title, column), clusterId);
    }
    if (nodeId !== undefined) this.#panels.get(clusterId)?.select(nodeId);
  }

  /** Shows a plan on the page of its cluster, before it runs; true when it is to be run. */
  preview(clusterId: string, request: PreviewRequest): Promise<boolean> {
    this.show(clusterId);
    return this.#panels.get(clusterId)?.preview(request) ?? Promise.resolve(false);
  }

  dispose(): void {
    for (const registration of this.#registrations) registration.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #restore(panel: vscode.WebviewPanel, state: unknown): void {
    const clusterId = (state as { clusterId?: unknown } | undefined)?.clusterId;
    if (typeof clusterId === 'string' && this.store.get(clusterId) && !this.#panels.has(clusterId))
      this.#adopt(panel, clusterId);
    else panel.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, clusterId: string): void {
    const page = new TopologyPanel(
      panel,
      clusterId,
      this.context.extensionUri,
      this.store,
      this.clustersView,
      this.log,
      this.settings,
      this.#pasts,
    );
    this.#panels.set(clusterId, page);
    panel.onDidDispose(() => this.#panels.delete(clusterId));
  }
}
