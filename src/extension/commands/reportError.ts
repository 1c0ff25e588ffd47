import * as vscode from 'vscode';
import { ClusterError, LockedError, OperationError, PlanError, StalePlanError } from '../../core/index';
import { commandIds } from '../../shared/commandIds';
import type { CommandDependencies } from './dependencies';
import { targetOf } from './target';
import { wayOutOf, wayOutOfFailure, type WayOut } from './wayOut';

const longestToast = 200;

/**
 * Logs why a command ended, and shows it with its sentences: what was refused, so that nothing was changed, as a warning with
 * the way out; what failed as an error. One that was cancelled is silent.
 */
export function reportError(
  dependencies: Pick<CommandDependencies, 'log' | 'prompts'>,
  id: string,
  argument: unknown,
  error: unknown,
): { error: string } | undefined {
  if (error instanceof vscode.CancellationError) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  const { log, prompts } = dependencies;
  if (isRefusal(error)) {
    log.warn(id, `${error.code}: ${message}${processText(error)}`);
    if (nothingToDo.has(error.code)) prompts.tell(message);
    else prompts.warn(message, ...actionsFor(wayOutOf(error.code), id, argument));
    return { error: message };
  }
  if (error instanceof OperationError && error.operationId !== undefined) {
    log.warn(id, `${error.code}: ${message}`);
    prompts.warn(message, ...waysToEnd(error.operationId));
    return { error: message };
  }
  log.error(id, error instanceof ClusterError ? `${error.code}: ${message}` : ((error as Error).stack ?? message));
  const showLog = vscode.l10n.t('Show Log');
  // A toast cuts long reasons off, and the remedy comes last.
  const modal = message.length > longestToast;
  const actions = error instanceof ClusterError ? actionsFor(wayOutOfFailure(error.code), id, argument) : [];
  vscode.window.showErrorMessage(message, { modal }, ...actions.map(({ label }) => label), showLog).then(
    answer => {
      if (answer === showLog) log.show();
      return actions.find(({ label }) => label === answer)?.run();
    },
    (refused: unknown) => log.warn(id, `The message could not be shown: ${String(refused)}`),
  );
  return { error: message };
}

/** What was asked for is so already. */
const nothingToDo: ReadonlySet<string> = new Set(['alreadyBalanced', 'alreadySpare', 'alreadyFollows']);

function isRefusal(error: unknown): error is PlanError | StalePlanError | LockedError {
  return error instanceof PlanError || error instanceof StalePlanError || error instanceof LockedError;
}

function processText(error: ClusterError): string {
  if (!(error instanceof LockedError) || !error.holder) return '';
  return ` (process ${error.holder.processId} on ${error.holder.host})`;
}

function actionsFor(
  wayOut: WayOut | undefined,
  id: string,
  argument: unknown,
): { label: string; run: () => unknown }[] {
  if (wayOut === undefined) return [];
  // The same again with all that was asked for; another command on the same node alone.
  const [command, given] = wayOut === 'again' ? [id, argument] : [wayOut, targetOf(argument)];
  // An argument that is empty is a row that has gone.
  return [{ label: labelOf(wayOut), run: () => vscode.commands.executeCommand(command, given ?? {}) }];
}

/** Of an operation that was interrupted. */
export function waysToEnd(operationId: string): { label: string; run: () => unknown }[] {
  const run = (command: string) => () => vscode.commands.executeCommand(command, { operationId });
  return [
    { label: vscode.l10n.t('Resume'), run: run(commandIds.resumeOperation) },
    { label: vscode.l10n.t('Roll Back'), run: run(commandIds.rollBackOperation) },
  ];
}

function labelOf(wayOut: WayOut): string {
  switch (wayOut) {
    case 'again':
      return vscode.l10n.t('Try Again');
    case commandIds.addSpare:
      return vscode.l10n.t('Add Spare…');
    case commandIds.createCluster:
      return vscode.l10n.t('Create Cluster…');
    case commandIds.replaceNode:
      return vscode.l10n.t('Replace Node…');
    case commandIds.drain:
      return vscode.l10n.t('Drain…');
    case commandIds.fix:
      return vscode.l10n.t('Fix…');
    case commandIds.check:
      return vscode.l10n.t('Check');
  }
}
