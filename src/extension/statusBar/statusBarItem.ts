import * as vscode from 'vscode';
import { commandIds } from '../../shared/commandIds';
import { Disposable } from '../disposable';
import type { WatchableStore } from '../sessions/sessionStore';
import type { StatusSeverity } from './judge';
import { statusOfAll } from './statusText';

/** The one item in the status bar; hidden while no cluster is known. */
export class ClusterStatusBar extends Disposable {
  readonly #store: WatchableStore;
  readonly #item: vscode.StatusBarItem;
  #shown = '';

  constructor(store: WatchableStore) {
    super();
    this.#store = store;
    this.#item = this.register(
      vscode.window.createStatusBarItem('redisCluster.health', vscode.StatusBarAlignment.Left, 50),
    );
    this.#item.name = vscode.l10n.t('Redis Cluster Health');
    this.#item.command = commandIds.showTopology;
    this.register(store.onDidChange(() => this.#update()));
    this.register(store.onDidChangeWatched(() => this.#update()));
    this.#update();
  }

  #update(): void {
    const { sessions, watched } = this.#store;
    const status = statusOfAll(sessions, watched || sessions.every(({ supervisor }) => supervisor !== undefined));
    const shown = JSON.stringify(status) ?? '';
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (!status) return this.#item.hide();
    this.#item.text = status.text;
    const tooltip = new vscode.MarkdownString(status.tooltip, true);
    tooltip.isTrusted = { enabledCommands: [commandIds.explainSupervisor, commandIds.superviseCluster] };
    this.#item.tooltip = tooltip;
    // VS Code leaves it out where there is a background.
    this.#item.color = status.color && new vscode.ThemeColor(`charts.${status.color}`);
    this.#item.backgroundColor = backgroundOf(status.severity);
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Redis Cluster: {0}', status.words), role: 'button' };
    this.#item.show();
  }
}

function backgroundOf(severity: StatusSeverity): vscode.ThemeColor | undefined {
  if (severity === 'error') return new vscode.ThemeColor('statusBarItem.errorBackground');
  return severity === 'warning' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
}
