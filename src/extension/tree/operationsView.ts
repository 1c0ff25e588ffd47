import * as vscode from 'vscode';
import type { Journal, JournaledOperation } from '../../core/index';
import { viewCommandIds, viewIds } from '../../shared/commandIds';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import type { WatchableStore } from '../sessions/sessionStore';
import { afresh } from './afresh';
import { buildOperationRows, clusterNameOf, journaledDescription, journaledNotes } from './buildOperationRows';
import type { OperationsElement } from './elements';
import { escapeMarkdown } from './escape';
import { OperationDocuments } from './operationDocuments';
import { operationStateWord } from './operationText';
import { paced } from './paced';
import { RowsProvider } from './rowsProvider';
import { startText } from './timeOf';

/** The tree "Operations". The journal is read when somebody looks and after an operation began or ended, here or elsewhere. */
export class OperationsView extends Disposable {
  readonly #store: WatchableStore;
  readonly #journal: () => Promise<Journal>;
  readonly #log: Log;
  readonly #provider: RowsProvider<OperationsElement>;
  readonly #view: vscode.TreeView<OperationsElement>;
  readonly #documents: OperationDocuments;
  #journaled: readonly JournaledOperation[] = [];
  #running = '';
  readonly #reread = afresh(() => this.#read());

  constructor(store: WatchableStore, journal: () => Promise<Journal>, log: Log) {
    super();
    this.#store = store;
    this.#journal = journal;
    this.#log = log;
    this.#provider = this.register(new RowsProvider<OperationsElement>(element => this.#tooltip(element)));
    this.#view = this.register(vscode.window.createTreeView(viewIds.operations, { treeDataProvider: this.#provider }));
    this.#documents = this.register(new OperationDocuments(journal, entry => clusterNameOf(entry, store.sessions)));
    this.register(
      vscode.commands.registerCommand(viewCommandIds.showOperation, (row: unknown) => this.#showOperation(row)),
    );
    const drawing = this.register(paced(() => this.#draw()));
    this.register(
      store.onDidChange(() => {
        this.#rereadAfterTurn();
        drawing.request();
      }),
    );
    this.register(this.#view.onDidChangeVisibility(() => this.#readWhenVisible()));
    // Folded as it is at first, its badge tells what was left unfinished.
    this.register(
      store.onDidChangeWatched(() => {
        if (store.watched) this.#reread();
      }),
    );
    this.register(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#readWhenVisible();
      }),
    );
    this.#draw();
    this.#rereadAfterTurn();
    this.#readWhenVisible();
  }

  /** Not as seldom as it is drawn: an operation can begin and end in between. */
  #rereadAfterTurn(): void {
    const running = this.#store.sessions
      .flatMap(({ operation, operationElsewhere }) =>
        [operation?.id ?? [], operationElsewhere?.operationId ?? []].flat(),
      )
      .join();
    if (running === this.#running) return;
    this.#running = running;
    this.#reread();
  }

  #draw(): void {
    this.#provider.show(buildOperationRows(this.#store.sessions, this.#journaled));
    const waiting = this.#journaled.filter(({ needsAttention }) => needsAttention).length;
    if (waiting === (this.#view.badge?.value ?? 0)) return;
    this.#view.badge =
      waiting === 0 ? undefined : { value: waiting, tooltip: vscode.l10n.t('Operations that need attention') };
  }

  #readWhenVisible(): void {
    if (this.#view.visible) this.#reread();
  }

  async #read(): Promise<void> {
    try {
      this.#journaled = await (await this.#journal()).history();
      if (!this.isDisposed) this.#draw();
    } catch (error) {
      this.#log.warn('operations', `The journal cannot be read: ${String(error)}`);
    }
  }

  /** Of a row, of `{ operationId }`, or of the one that is picked. */
  async #showOperation(row: unknown): Promise<void> {
    try {
      const { operationId } = (row ?? {}) as { operationId?: unknown };
      const history = await (await this.#journal()).history();
      const entry = history.find(({ id }) => id === operationId) ?? (await this.#pick(history));
      if (entry) await this.#documents.show(entry);
    } catch (error) {
      this.#log.error('operations', 'The operation could not be shown.', error);
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  async #pick(history: readonly JournaledOperation[]): Promise<JournaledOperation | undefined> {
    const title = vscode.l10n.t('Show Operation');
    if (history.length === 0) throw new Error(vscode.l10n.t('No operation was run yet.'));
    const choices = history.map(entry => ({
      label: entry.title,
      description: [operationStateWord(entry.state), clusterNameOf(entry, this.#store.sessions), startText(entry)]
        .filter(Boolean)
        .join(' · '),
      entry,
    }));
    return (await vscode.window.showQuickPick(choices, { title, matchOnDescription: true }))?.entry;
  }

  #tooltip({ operationId }: OperationsElement): string | undefined {
    const entry = this.#journaled.find(({ id }) => id === operationId);
    if (!entry) return undefined;
    const texts = [journaledDescription(entry, this.#store.sessions), ...journaledNotes(entry)];
    return [`**${escapeMarkdown(entry.title)}**`, ...texts.map(escapeMarkdown)].join('\n\n');
  }
}
