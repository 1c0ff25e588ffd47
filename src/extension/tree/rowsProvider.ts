import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import { diffRows } from './diffRows';
import type { TreeRow } from './elements';
import { markUri } from './markDecorations';

/** Internal: a click on a problem jumps to its node's row. */
export const revealNodeCommand = 'redisCluster.revealNode';

/** Maps rows to tree items and tells VS Code only of those that changed. */
export class RowsProvider<Element extends { id: string }>
  extends Disposable
  implements vscode.TreeDataProvider<Element>
{
  readonly #tooltipOf: (element: Element) => string | undefined;
  readonly #changed = this.register(new vscode.EventEmitter<Element | Element[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;

  #rows: readonly TreeRow<Element>[] = [];
  #rowsById = new Map<string, TreeRow<Element>>();
  #parents = new Map<string, Element>();
  /** VS Code knows elements by identity: the first one made for an id is kept. */
  readonly #elements = new Map<string, Element>();

  /** `tooltipOf` gives Markdown, undefined where the row already says all; asked only when the pointer rests on a row. */
  constructor(tooltipOf: (element: Element) => string | undefined) {
    super();
    this.#tooltipOf = tooltipOf;
  }

  show(rows: readonly TreeRow<Element>[]): void {
    const changed = diffRows(this.#rows, rows);
    this.#rows = rows;
    this.#rowsById = new Map();
    this.#parents = new Map();
    for (const row of rows) this.#index(row);
    for (const id of this.#elements.keys()) if (!this.#rowsById.has(id)) this.#elements.delete(id);
    if (changed === 'all') this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed.map(element => this.#canonical(element)));
  }

  find(elementId: string): Element | undefined {
    const row = this.#rowsById.get(elementId);
    return row && this.#canonical(row.element);
  }

  getChildren(element?: Element): Element[] {
    const rows = element ? (this.#rowsById.get(element.id)?.children ?? []) : this.#rows;
    return rows.map(row => this.#canonical(row.element));
  }

  getParent(element: Element): Element | undefined {
    const parent = this.#parents.get(element.id);
    return parent && this.#canonical(parent);
  }

  getTreeItem(element: Element): vscode.TreeItem {
    const row = this.#rowsById.get(element.id);
    // Gone between two looks: VS Code asks once more before it hears of it.
    if (!row) return new vscode.TreeItem('');
    const item = new vscode.TreeItem(row.label, collapsibleStates[row.expansion]);
    item.id = element.id;
    item.description = row.description;
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.spoken };
    const { id, color } = row.icon;
    item.iconPath = new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
    if (row.mark) item.resourceUri = markUri(row.mark);
    if (row.opens) {
      const { clusterId, nodeId } = row.opens;
      item.command = { command: revealNodeCommand, title: vscode.l10n.t('Show Node'), arguments: [clusterId, nodeId] };
    }
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, element: Element): vscode.TreeItem {
    const text = this.#tooltipOf(element);
    const row = this.#rowsById.get(element.id);
    if (text !== undefined) item.tooltip = new vscode.MarkdownString(text);
    else if (row) item.tooltip = [row.label, row.description].filter(Boolean).join(' · ');
    return item;
  }

  #index(row: TreeRow<Element>): void {
    this.#rowsById.set(row.element.id, row);
    for (const child of row.children) {
      this.#parents.set(child.element.id, row.element);
      this.#index(child);
    }
  }

  #canonical(element: Element): Element {
    const known = this.#elements.get(element.id);
    if (known) return known;
    this.#elements.set(element.id, element);
    return element;
  }
}

const collapsibleStates = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;
