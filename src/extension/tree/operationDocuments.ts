import * as vscode from 'vscode';
import type { Journal, JournaledOperation } from '../../core/index';
import { Disposable } from '../disposable';
import { describeOperation } from './describeOperation';

const scheme = 'redis-cluster-operation';

/** Shows what the journal tells of an operation, in a read-only editor that reads it anew whenever it is opened. */
export class OperationDocuments extends Disposable {
  readonly #journal: () => Promise<Journal>;
  readonly #clusterName: (entry: JournaledOperation) => string | undefined;
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());

  constructor(journal: () => Promise<Journal>, clusterName: (entry: JournaledOperation) => string | undefined) {
    super();
    this.#journal = journal;
    this.#clusterName = clusterName;
    this.register(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: uri => this.#read(uri.query),
      }),
    );
  }

  async show({ id, title }: JournaledOperation): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${title.replaceAll('/', '-')}.txt`, query: id });
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  async #read(id: string): Promise<string> {
    const journal = await this.#journal();
    const entry = (await journal.history()).find(candidate => candidate.id === id);
    if (!entry) return vscode.l10n.t('The journal no longer holds this operation: the oldest ones are left out.');
    return describeOperation(entry, this.#clusterName(entry), journal.directory);
  }
}
