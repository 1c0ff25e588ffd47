import * as vscode from 'vscode';
import type { Report } from './report';
import { escapeIcons } from './tree/escape';

const scheme = 'redis-cluster';

/** VS Code's own Markdown support lets links in an editor run commands, and parts of a text come from servers. */
const commandScheme = /\bcommand:(?=\S)/gi;

/**
 * Read-only texts the extension shows in an editor: plans, reports, replies. What can be done about them stands above their
 * lines, as CodeLenses: a text itself never runs anything, and keeps its sense when it is saved elsewhere.
 */
export class Documents implements vscode.Disposable {
  readonly #reports = new Map<string, Report>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #actionsChanged = new vscode.EventEmitter<void>();
  readonly #followed = new Map<string, vscode.Disposable>();
  readonly #registrations: vscode.Disposable[];

  constructor() {
    this.#registrations = [
      this.#changed,
      this.#actionsChanged,
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changed.event,
        // After a reload of the window VS Code brings the tab back.
        provideTextDocumentContent: uri =>
          this.#reports.get(uri.path)?.text ?? vscode.l10n.t('What stood here was not kept.'),
      }),
      vscode.languages.registerCodeLensProvider(
        { scheme },
        {
          onDidChangeCodeLenses: this.#actionsChanged.event,
          provideCodeLenses: ({ uri }) => (this.#reports.get(uri.path)?.actions ?? []).map(toCodeLens),
        },
      ),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme !== scheme) return;
        this.#reports.delete(uri.path);
        this.#unfollow(uri.path);
      }),
    ];
  }

  /** Opens a text under `name`, in place of what stood there under the same name. */
  async show(name: string, report: Report | string): Promise<void> {
    const uri = uriOf(name);
    this.#unfollow(uri.path);
    this.#put(uri, report);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** Opens a text that is made anew after every `changes`, for as long as it is open. */
  async follow(name: string, report: () => Report | string, changes: vscode.Event<unknown>): Promise<void> {
    const shown = this.show(name, report());
    const uri = uriOf(name);
    this.#followed.set(
      uri.path,
      changes(() => this.#put(uri, report())),
    );
    await shown;
  }

  dispose(): void {
    for (const following of this.#followed.values()) following.dispose();
    for (const registration of this.#registrations) registration.dispose();
    this.#reports.clear();
  }

  #put(uri: vscode.Uri, given: Report | string): void {
    const { text, actions } = typeof given === 'string' ? { text: given, actions: [] } : given;
    const report = { text: text.replace(commandScheme, '$& '), actions };
    const before = this.#reports.get(uri.path);
    this.#reports.set(uri.path, report);
    if (report.text !== before?.text) this.#changed.fire(uri);
    if (JSON.stringify(actions) !== JSON.stringify(before?.actions)) this.#actionsChanged.fire();
  }

  #unfollow(path: string): void {
    this.#followed.get(path)?.dispose();
    this.#followed.delete(path);
  }
}

function uriOf(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${name.replaceAll('/', '-')}` });
}

function toCodeLens({ line, title, command, argument }: Report['actions'][number]): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
    title: escapeIcons(title),
    command,
    arguments: [argument],
  });
}
