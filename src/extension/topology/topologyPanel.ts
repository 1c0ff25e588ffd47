import * as vscode from 'vscode';
import { parseFromPage, type FromPage, type ToPage } from '../../shared/pageProtocol';
import type { Log } from '../log';
import type { SessionStore } from '../sessions/types';
import type { ClustersView } from '../tree/clustersView';
import { pageHtml } from './pageHtml';
import { buildSnapshot } from './snapshot';

/** The page of one cluster: sends whole, numbered snapshots while it is visible; polling goes on only that long. */
export class TopologyPanel implements vscode.Disposable {
  readonly #registrations: vscode.Disposable[];
  #watch: vscode.Disposable | undefined;
  #version = 0;
  #ready = false;
  #selected: string | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly clusterId: string,
    extensionUri: vscode.Uri,
    private readonly store: SessionStore,
    private readonly clustersView: ClustersView,
    private readonly log: Log,
  ) {
    const pages = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    const media = vscode.Uri.joinPath(extensionUri, 'media');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [pages, media] };
    panel.iconPath = vscode.Uri.joinPath(media, 'icon.svg');
    this.#registrations = [
      webview.onDidReceiveMessage(message => this.#receive(message)),
      panel.onDidChangeViewState(() => this.#follow()),
      panel.onDidDispose(() => this.#end()),
    ];
    const uri = (...parts: [vscode.Uri, string]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(...parts)).toString();
    webview.html = pageHtml({
      cspSource: webview.cspSource,
      scriptUri: uri(pages, 'topology.js'),
      styleUris: [uri(pages, 'codicon.css'), uri(media, 'topology.css')],
      title: panel.title,
      language: vscode.env.language,
    });
    this.#follow();
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Sends what is known now; messages to a hidden page would be lost, so it gets a snapshot when it is shown. */
  update(): void {
    const session = this.store.get(this.clusterId);
    if (!session || !this.#ready || !this.panel.visible) return;
    this.panel.title = session.definition.name;
    this.#post({ type: 'snapshot', snapshot: buildSnapshot(session, ++this.#version) });
  }

  select(nodeId: string | undefined): void {
    this.#selected = nodeId;
    if (this.#ready) this.#post({ type: 'select', nodeId });
  }

  dispose(): void {
    this.panel.dispose();
  }

  #follow(): void {
    if (this.panel.visible) {
      this.#watch ??= this.store.watch('topology');
      this.update();
    } else {
      this.#watch?.dispose();
      this.#watch = undefined;
    }
  }

  #receive(value: unknown): void {
    const message: FromPage | undefined = parseFromPage(value);
    switch (message?.type) {
      case undefined:
        this.log.warn('topology', `The page sent something unknown; it was ignored: ${describe(value)}`);
        break;
      case 'ready':
        this.#ready = true;
        this.update();
        if (this.#selected !== undefined) this.select(this.#selected);
        break;
      case 'select':
        this.clustersView.select(this.clusterId, message.nodeId);
        break;
      case 'reveal':
        void this.clustersView.reveal(this.clusterId, message.nodeId);
        break;
      case 'problem':
        this.log.warn('topology', message.message);
        break;
    }
  }

  #post(message: ToPage): void {
    void this.panel.webview.postMessage(message);
  }

  #end(): void {
    this.#watch?.dispose();
    for (const registration of this.#registrations) registration.dispose();
  }
}

function describe(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return typeof value;
  }
}
