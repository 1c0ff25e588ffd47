import Module from 'node:module';
import { noteRegistration } from './registrations';
import { TreeView, type RowsSource } from './treeView';
import { EventEmitter, values, type Uri } from './values';
import { WebviewPanel } from './webviewPanel';

type Handler = (...given: unknown[]) => unknown;
interface TextProvider {
  provideTextDocumentContent(uri: Uri): unknown;
}

/** What an extension host offers an extension, as far as this one uses it, and what a person does there. */
class Editor {
  /** Below `redisCluster.` */
  readonly settings = new Map<string, unknown>();
  readonly views = new Map<string, TreeView>();
  readonly pages = new Set<WebviewPanel>();
  /** Errors and warnings of the log. */
  readonly complaints: string[] = [];
  /** Commands that have not ended. */
  running = 0;
  /** Characters sent to pages. */
  charactersSent = 0;
  readonly #commands = new Map<string, Handler>();
  readonly #texts = new Map<string, TextProvider>();
  readonly #settingsChanged = new EventEmitter<{ affectsConfiguration: () => boolean }>();
  readonly #documentClosed = new EventEmitter<{ uri: Uri }>();
  readonly #never = new EventEmitter<never>();
  #shown: Uri | undefined;

  /** `require('vscode')` gives this from now on. */
  install(): void {
    const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
    const load = loader._load.bind(loader);
    const api = this.#api();
    loader._load = (request, ...rest) => (request === 'vscode' ? api : load(request, ...rest));
  }

  set(key: string, value: unknown): void {
    if (value === undefined) this.settings.delete(key);
    else this.settings.set(key, value);
    this.#settingsChanged.fire({ affectsConfiguration: () => true });
  }

  async run(command: string, ...given: unknown[]): Promise<unknown> {
    this.running++;
    try {
      return await this.#commands.get(command)?.(...given);
    } finally {
      this.running--;
    }
  }

  /** The tab with the report that was shown last. */
  closeDocument(): void {
    if (this.#shown) this.#documentClosed.fire({ uri: this.#shown });
    this.#shown = undefined;
  }

  #api(): object {
    const progress = { report: () => undefined };
    const token = { isCancellationRequested: false, onCancellationRequested: this.#never.event };
    return {
      ...values,
      TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
      StatusBarAlignment: { Left: 1, Right: 2 },
      ViewColumn: { Active: -1 },
      ProgressLocation: { Notification: 15, Window: 10 },
      ConfigurationTarget: { Global: 1, Workspace: 2, WorkspaceFolder: 3 },
      env: { language: 'en', clipboard: { writeText: () => Promise.resolve() } },
      lm: { registerTool: () => noteRegistration('tool') },
      languages: { registerCodeLensProvider: () => noteRegistration('lenses') },
      commands: {
        registerCommand: (id: string, handler: Handler) => {
          this.#commands.set(id, handler);
          return noteRegistration('command', () => this.#commands.delete(id));
        },
        executeCommand: (id: string, ...given: unknown[]) => this.run(id, ...given),
      },
      workspace: {
        isTrusted: true,
        onDidChangeConfiguration: this.#settingsChanged.event,
        onDidGrantWorkspaceTrust: this.#never.event,
        onDidChangeWorkspaceFolders: this.#never.event,
        onDidCloseTextDocument: this.#documentClosed.event,
        getConfiguration: () => ({
          inspect: (key: string) => ({ globalValue: this.settings.get(key) }),
          update: (key: string, value: unknown) => Promise.resolve(this.set(key, value)),
        }),
        registerTextDocumentContentProvider: (scheme: string, provider: TextProvider) => {
          this.#texts.set(scheme, provider);
          return noteRegistration('texts', () => this.#texts.delete(scheme));
        },
      },
      window: {
        ...this.#questions(),
        withProgress: (_: unknown, task: Handler) => task(progress, token),
        onDidChangeWindowState: this.#never.event,
        registerUriHandler: () => noteRegistration('links'),
        registerFileDecorationProvider: () => noteRegistration('decorations'),
        registerWebviewPanelSerializer: () => noteRegistration('serializer'),
        setStatusBarMessage: () => noteRegistration('status bar message').dispose(),
        createStatusBarItem: () => ({
          show: () => undefined,
          hide: () => undefined,
          ...noteRegistration('status bar item'),
        }),
        createOutputChannel: () => this.#log(),
        createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: RowsSource }) => {
          const view = new TreeView(treeDataProvider, () => this.views.delete(id));
          this.views.set(id, view);
          return view;
        },
        createWebviewPanel: (viewType: string, title: string) => {
          const sent = (_: string, characters: number): unknown => (this.charactersSent += characters);
          const page = new WebviewPanel(viewType, title, sent, () => this.pages.delete(page));
          this.pages.add(page);
          return page;
        },
        showTextDocument: async (uri: Uri) => {
          if (this.#shown && this.#shown.path !== uri.path) this.closeDocument();
          this.#shown = uri;
          await this.#texts.get(uri.scheme)?.provideTextDocumentContent(uri);
        },
      },
    };
  }

  /** To a question somebody says yes at once, to an offer nobody says anything. */
  #questions(): object {
    const answer = (_: string, options: unknown, ...buttons: unknown[]): Promise<unknown> =>
      Promise.resolve((options as { modal?: boolean } | undefined)?.modal === true ? buttons[0] : undefined);
    return { showInformationMessage: answer, showWarningMessage: answer, showErrorMessage: answer };
  }

  #log(): object {
    const ignore = (): void => undefined;
    const keep = (line: string): unknown => this.complaints.push(line.slice(0, 500));
    return {
      trace: ignore,
      debug: ignore,
      info: ignore,
      warn: keep,
      error: keep,
      show: ignore,
      ...noteRegistration('log'),
    };
  }
}

/** The one of this process. Who imports it can import the extension after it. */
export const editor = new Editor();
editor.install();
