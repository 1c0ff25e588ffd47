import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import { clustersKey, type DefinitionOrigin, type SettingProblem } from './parseClusters';
import { parseSettings, type SettingValues } from './parseSettings';

const section = 'redisCluster';

/** The settings as they are now, every shape checked. */
export interface Settings extends SettingValues {
  /** Fires after any of them changed. */
  readonly onDidChange: vscode.Event<void>;
  /** The list of clusters as it stands in one settings file, unreadable entries included. */
  clustersAsWritten(origin: DefinitionOrigin): readonly unknown[];
  /** Resolves when `clusters` holds what was written. Rejects when VS Code cannot write the file. */
  writeClusters(origin: DefinitionOrigin, clusters: readonly unknown[]): Promise<void>;
  dispose(): void;
}

/** A setting of the wrong shape is reported once, in one message; what else is set still holds. */
export function createSettings(log: Log): Settings {
  return new WorkspaceSettings(log);
}

class WorkspaceSettings extends Disposable implements Settings {
  readonly #log: Log;
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly #reported = new Set<string>();
  #values: SettingValues;

  constructor(log: Log) {
    super();
    this.#log = log;
    this.#values = this.#read();
    this.register(
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration(section)) this.#readAgain();
      }),
    );
    // Settings of a workspace count only once it is trusted.
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#readAgain()));
    this.register(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#readAgain()));
  }

  readonly onDidChange = this.#changed.event;

  get refreshIntervalSeconds(): number {
    return this.#values.refreshIntervalSeconds;
  }
  get busyRefreshIntervalSeconds(): number {
    return this.#values.busyRefreshIntervalSeconds;
  }
  get connectTimeoutSeconds(): number {
    return this.#values.connectTimeoutSeconds;
  }
  get commandTimeoutSeconds(): number {
    return this.#values.commandTimeoutSeconds;
  }
  get local(): SettingValues['local'] {
    return this.#values.local;
  }
  get migration(): SettingValues['migration'] {
    return this.#values.migration;
  }
  get picture(): SettingValues['picture'] {
    return this.#values.picture;
  }
  get supervisor(): SettingValues['supervisor'] {
    return this.#values.supervisor;
  }
  get clusters(): SettingValues['clusters'] {
    return this.#values.clusters;
  }

  clustersAsWritten(origin: DefinitionOrigin): readonly unknown[] {
    const inspected = vscode.workspace.getConfiguration(section, folderOf(origin)).inspect<unknown>(clustersKey);
    const value = inspected?.[placeOf(origin).key];
    return Array.isArray(value) ? value : [];
  }

  async writeClusters(origin: DefinitionOrigin, clusters: readonly unknown[]): Promise<void> {
    const written = clusters.length === 0 ? undefined : clusters;
    const configuration = vscode.workspace.getConfiguration(section, folderOf(origin));
    await configuration.update(clustersKey, written, placeOf(origin).target);
    this.#readAgain();
  }

  #readAgain(): void {
    this.#values = this.#read();
    this.#changed.fire();
  }

  #read(): SettingValues {
    const configuration = vscode.workspace.getConfiguration(section);
    const { values, problems } = parseSettings(key => {
      const inspected = configuration.inspect(key);
      return inspected && key === clustersKey ? { ...inspected, folders: clustersOfFolders() } : inspected;
    });
    this.#report(problems);
    return values;
  }

  #report(problems: readonly SettingProblem[]): void {
    const fresh = problems.filter(({ text }) => !this.#reported.has(text));
    if (fresh.length === 0) return;
    for (const { text } of fresh) {
      this.#reported.add(text);
      this.#log.warn('settings', text);
    }
    const [first, ...others] = fresh;
    const more = others.length === 0 ? '' : ` ${vscode.l10n.t('{0} more are in the log.', others.length)}`;
    const openSettings = vscode.l10n.t('Open Settings');
    void vscode.window.showWarningMessage(`${first!.text}${more}`, openSettings).then(answer => {
      if (answer === openSettings)
        void vscode.commands.executeCommand('workbench.action.openSettings', `${section}.${first!.key}`);
    });
  }
}

// With several folders open, each has settings of its own beside those of the workspace.
function clustersOfFolders(): { uri: string; name: string; value: unknown }[] {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  if (!workspaceFile) return [];
  return workspaceFolders.map(({ uri, name }) => ({
    uri: uri.toString(),
    name,
    value: vscode.workspace.getConfiguration(section, uri).inspect(clustersKey)?.workspaceFolderValue,
  }));
}

function folderOf(origin: DefinitionOrigin): vscode.Uri | undefined {
  return origin.startsWith('folder:') ? vscode.Uri.parse(origin.slice('folder:'.length), true) : undefined;
}

function placeOf(origin: DefinitionOrigin) {
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  if (origin === 'global') return { key: 'globalValue', target: Global } as const;
  return origin === 'workspace'
    ? ({ key: 'workspaceValue', target: Workspace } as const)
    : ({ key: 'workspaceFolderValue', target: WorkspaceFolder } as const);
}
