import { noteRegistration } from './registrations';
import { EventEmitter, type TreeItem } from './values';

/** What a view asks its rows of. */
export interface RowsSource {
  onDidChangeTreeData(listener: (changed: object | object[] | undefined) => void): { dispose(): void };
  getChildren(element?: object): object[];
  getTreeItem(element: object): TreeItem;
  resolveTreeItem(item: TreeItem, element: object): TreeItem;
}

const EXPANDED = 2;

/** A view that asks for all rows that can be seen whenever it is told of a change, as VS Code does, and keeps none of them. */
export class TreeView {
  message: string | undefined;
  badge: unknown;
  selection: readonly object[] = [];
  visible = true;
  /** Rows asked for so far. */
  drawn = 0;
  readonly #visibility = new EventEmitter<{ visible: boolean }>();
  readonly #selected = new EventEmitter<{ selection: readonly object[] }>();
  readonly onDidChangeVisibility = this.#visibility.event;
  readonly onDidChangeSelection = this.#selected.event;
  readonly #registration: { dispose(): void };

  constructor(
    private readonly rows: RowsSource,
    forget: () => void,
  ) {
    const listening = rows.onDidChangeTreeData(changed => this.#draw(changed));
    this.#registration = noteRegistration('tree view', () => {
      listening.dispose();
      this.#visibility.dispose();
      this.#selected.dispose();
      forget();
    });
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.#visibility.fire({ visible });
    if (visible) this.#draw(undefined);
  }

  reveal(element: object): Promise<void> {
    this.selection = [element];
    this.#selected.fire({ selection: this.selection });
    return Promise.resolve();
  }

  /** Rests the pointer on the first rows. */
  hover(): void {
    for (const element of this.rows.getChildren().flatMap(row => [row, ...this.rows.getChildren(row)]))
      this.rows.resolveTreeItem(this.rows.getTreeItem(element), element);
  }

  /** The rows, unfolded or not, of which these words hold (`contextValue`). */
  find(...words: string[]): object[] {
    const below = (element?: object): object[] => this.rows.getChildren(element).flatMap(row => [row, ...below(row)]);
    return below().filter(row => {
      const known = this.rows.getTreeItem(row).contextValue?.split(' ') ?? [];
      return words.every(word => known.includes(word));
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #draw(changed: object | object[] | undefined): void {
    if (!this.visible) return;
    for (const element of changed === undefined ? this.rows.getChildren() : [changed].flat()) this.#drawRow(element);
  }

  #drawRow(element: object): void {
    this.drawn++;
    if (this.rows.getTreeItem(element).collapsibleState !== EXPANDED) return;
    for (const child of this.rows.getChildren(element)) this.#drawRow(child);
  }
}
