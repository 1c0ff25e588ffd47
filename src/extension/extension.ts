import * as path from 'node:path';
import * as vscode from 'vscode';
import { openJournal, type Journal } from '../core/index';
import { announceUnfinished } from './commands/operations';
import { registerLinks } from './commands/openLink';
import { registerAllCommands } from './commands/registerAllCommands';
import { offerHostKey } from './confirmHostKey';
import { Documents } from './documents';
import { registerLanguageModelTools } from './languageModel/registerTools';
import { createLog } from './log';
import { createPrompts } from './prompts';
import { OperationsElsewhere } from './sessions/operationsElsewhere';
import { createSessionStore } from './sessions/sessionStore';
import { createSettings } from './settings/settings';
import { Supervision } from './supervision/supervision';
import { SupervisorNotices } from './supervision/supervisorNotices';
import { ClusterStatusBar } from './statusBar/statusBarItem';
import { TopologyPanels } from './topology/topologyPanels';
import { ClustersView } from './tree/clustersView';
import { OperationsView } from './tree/operationsView';

/** Only wires: nothing is asked of any server and nothing is started before a view is seen or a command is run. */
export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now();
  const own = <Part extends vscode.Disposable>(part: Part): Part => {
    context.subscriptions.push(part);
    return part;
  };
  const log = createLog(vscode.window);
  own(log);
  const settings = own(createSettings(log));
  const journal = openOnce(() => openJournal(path.join(context.globalStorageUri.fsPath, 'journal')));
  const supervision = own(new Supervision(context, settings, journal, log));
  const store = own(createSessionStore(context, log, settings, supervision, offerHostKey));
  supervision.attend(store);

  const clustersView = own(new ClustersView(context, store, log));
  const elsewhere = own(new OperationsElsewhere(store, journal, log));
  own(new OperationsView(store, journal, log));
  own(new ClusterStatusBar(store));
  const topologyPanels = own(new TopologyPanels(context, store, clustersView, log, settings));
  const documents = own(new Documents());
  const prompts = createPrompts();
  const dependencies = {
    context,
    store,
    settings,
    supervision,
    log,
    prompts,
    documents,
    clustersView,
    topologyPanels,
    journal,
  };
  own(registerAllCommands(dependencies));
  own(registerLinks(dependencies));
  own(new SupervisorNotices(store, prompts, log));
  const latencyMilliseconds = (): number => settings.migration.latencyMilliseconds;
  own(registerLanguageModelTools(vscode, { store, journal, latencyMilliseconds }, log));
  // Once, when somebody first looks: nothing is read before.
  const tellUnfinished = (operationId?: string): void => {
    announceUnfinished(dependencies, operationId).catch((error: unknown) =>
      log.error('journal', 'It could not be read.', error),
    );
  };
  if (store.watched) tellUnfinished();
  else {
    const firstWatch = own(
      store.onDidChangeWatched(() => {
        firstWatch.dispose();
        tellUnfinished();
      }),
    );
  }
  own(elsewhere.onDidEnd(tellUnfinished));
  log.debug('extension', `Activated in ${Math.round(performance.now() - started)} ms.`);
}

// On first use; a failure is not kept, so that the next use tries again.
function openOnce(open: () => Promise<Journal>): () => Promise<Journal> {
  let opening: Promise<Journal> | undefined;
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}
