import * as vscode from 'vscode';
import type { ClusterClient } from '../../core/index';
import { parseFromPage, type FromPage, type ToPage } from '../../shared/pageProtocol';
import type { Log } from '../log';
import type { Settings } from '../settings/settings';
import type { SessionStore } from '../sessions/types';
import type { ClustersView } from '../tree/clustersView';
import { answerWhatIf } from './answerWhatIf';
import { commandOf } from './commandOf';
import { pageHtml } from './pageHtml';
import { SlotMeasuring } from './slotMeasuring';
import { answerPast } from './past/answerPast';
import type { Pasts } from './past/pasts';
import { PlanPreview, type PreviewRequest } from './planPreview';
import { buildSnapshot } from './snapshot';
import { SnapshotSender } from './snapshotSender';

/** The page of one cluster: sends numbered snapshots while it is visible; polling goes on only that long. */
export class TopologyPanel implements vscode.Disposable {
  readonly #registrations: vscode.Disposable[];
  readonly #snapshots: SnapshotSender;
  readonly #measuring: SlotMeasuring;
  readonly #preview: PlanPreview;
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
    private readonly settings: Pick<Settings, 'picture'>,
    private readonly pasts: Pick<Pasts, 'of'>,
  ) {
    const pages = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    const media = vscode.Uri.joinPath(extensionUri, 'media');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [pages, media] };
    panel.iconPath = vscode.Uri.joinPath(media, 'icon.svg');
    this.#snapshots = new SnapshotSender(message => webview.postMessage(message));
    this.#measuring = new SlotMeasuring(
      () => this.#client(),
      message => this.#post(message),
    );
    this.#preview = new PlanPreview(
      () => store.get(clusterId),
      message => {
        if (this.#ready) this.#post(message);
      },
    );
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
      words: vscode.l10n.bundle,
    });
    this.#follow();
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Sends what is known now; messages to a hidden page would be lost, so it gets all when it is shown. */
  update(): void {
    const session = this.store.get(this.clusterId);
    if (!session || !this.#ready || !this.panel.visible) return;
    this.panel.title = session.definition.name;
    const { skewPercent } = this.settings.picture;
    const pastSinceMilliseconds = this.pasts.of(this.clusterId)?.sinceMilliseconds;
    this.#snapshots.send(buildSnapshot(session, ++this.#version, { skewPercent, pastSinceMilliseconds }));
    this.#preview.update();
  }

  /** Shows a plan before it runs; true when it is to be run, false when it was left or the page closed. */
  preview(request: PreviewRequest): Promise<boolean> {
    return this.#preview.show(request);
  }

  select(nodeId: string | undefined): void {
    this.#selected = nodeId;
    if (this.#ready) this.#post({ type: 'select', nodeId });
  }

  dispose(): void {
    this.panel.dispose();
  }

  #follow(): void {
    this.#snapshots.forget();
    if (this.panel.visible) {
      this.#watch ??= this.store.watch('topology');
      this.update();
    } else {
      this.#watch?.dispose();
      this.#watch = undefined;
      this.#measuring.stop();
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
        this.#snapshots.forget();
        this.update();
        this.#preview.send();
        if (this.#selected !== undefined) this.select(this.#selected);
        break;
      case 'resend':
        this.#snapshots.forget();
        this.update();
        break;
      case 'select':
        this.clustersView.select(this.clusterId, message.nodeId);
        break;
      case 'reveal':
        void this.clustersView.reveal(this.clusterId, message.nodeId);
        break;
      case 'measureSlots':
        void this.#measuring.measure(message.by);
        break;
      case 'stopMeasuring':
        this.#measuring.stop();
        break;
      case 'run': {
        const { command, argument } = commandOf(message.request, this.clusterId);
        // It shows its plan, asks, and reports what goes wrong.
        void vscode.commands.executeCommand(command, argument);
        break;
      }
      case 'whatIf': {
        const session = this.store.get(this.clusterId);
        if (session) this.#post(answerWhatIf(session, message.subject));
        break;
      }
      case 'past': {
        const session = this.store.get(this.clusterId);
        if (session) this.#post(answerPast(this.pasts.of(this.clusterId), session, message, this.settings.picture));
        break;
      }
      case 'endPreview':
        this.#preview.answer(message);
        break;
      case 'copy':
        void this.#copy(message.text);
        break;
      case 'problem':
        this.log.warn('topology', message.message);
        break;
    }
  }

  async #copy(text: string): Promise<void> {
    try {
      await vscode.env.clipboard.writeText(text);
      this.#post({ type: 'copied' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn('topology', `The clipboard could not be written: ${reason}`);
      void vscode.window.showErrorMessage(
        vscode.l10n.t('Nothing was copied: the clipboard could not be written ({0}). Try again.', reason),
      );
    }
  }

  #post(message: ToPage): void {
    void this.panel.webview.postMessage(message);
  }

  async #client(): Promise<ClusterClient> {
    const session = this.store.get(this.clusterId);
    if (!session) throw new Error(vscode.l10n.t('There is no cluster "{0}" any more.', this.clusterId));
    return session.client();
  }

  #end(): void {
    this.#ready = false;
    this.#preview.end(false);
    this.#watch?.dispose();
    this.#measuring.stop();
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
