import * as vscode from 'vscode';

const scheme = 'redis-cluster';

// Of this extension only: parts of a text come from servers.
const commandLink = /\]\((command:redisCluster\.\w+(?:\?[\w%.!~*'-]*)?)\)/g;

/** Read-only texts the extension shows in an editor: plans and check reports. A `[...](command:...)` in them can be clicked. */
export class Documents implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #followed = new Map<string, vscode.Disposable>();
  readonly #registrations: vscode.Disposable[];

  constructor() {
    this.#registrations = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: uri => this.#texts.get(uri.path) ?? '',
      }),
      vscode.languages.registerDocumentLinkProvider(
        { scheme },
        { provideDocumentLinks: document => commandLinks(document) },
      ),
      vscode.workspace.onDidCloseTextDocument(document => {
        if (document.uri.scheme !== scheme) return;
        const { path } = document.uri;
        this.#texts.delete(path);
        this.#followed.get(path)?.dispose();
        this.#followed.delete(path);
      }),
    ];
  }

  /** Opens `text` under `name`, in place of what stood there under the same name. */
  async show(name: string, text: string): Promise<void> {
    const uri = uriOf(name);
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** Opens a text that is made anew after every `changes`, for as long as it is open. */
  async follow(name: string, text: () => string, changes: vscode.Event<void>): Promise<void> {
    const uri = uriOf(name);
    this.#followed.get(uri.path)?.dispose();
    const update = (): void => {
      const now = text();
      if (now === this.#texts.get(uri.path)) return;
      this.#texts.set(uri.path, now);
      this.#changed.fire(uri);
    };
    this.#followed.set(uri.path, changes(update));
    await this.show(name, text());
  }

  dispose(): void {
    for (const following of this.#followed.values()) following.dispose();

    for (const registration of this.#registrations) registration.dispose();
    this.#texts.clear();
  }
}

function uriOf(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${name.replaceAll('/', '-')}` });
}

function commandLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
  return [...document.getText().matchAll(commandLink)].map(match => {
    const start = match.index + ']('.length;
    const range = new vscode.Range(document.positionAt(start), document.positionAt(start + match[1]!.length));
    return new vscode.DocumentLink(range, vscode.Uri.parse(match[1]!));
  });
}
