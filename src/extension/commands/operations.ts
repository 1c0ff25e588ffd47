import * as vscode from 'vscode';
import type { JournaledOperation } from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { startText } from '../tree/timeOf';
import type { CommandDependencies } from './dependencies';
import { waysToEnd } from './reportError';
import { settledText } from './settledText';
import { sourceLoginFor } from './sourceLogin';
import { refuseReadOnly, resolveCluster, targetOf } from './target';
import { agreesInProduction } from './typeName';

/** Pauses or cancels the operation that runs on a cluster; both take effect at its next safe point. */
export async function controlOperation(
  dependencies: CommandDependencies,
  argument: unknown,
  action: 'pause' | 'cancel',
): Promise<void> {
  const title = action === 'pause' ? vscode.l10n.t('Pause Operation') : vscode.l10n.t('Cancel Operation');
  if (!dependencies.store.sessions.some(({ operation }) => operation))
    throw new Error(vscode.l10n.t('No operation is running.'));
  const session = await resolveCluster(dependencies, argument, title, ({ operation }) => operation !== undefined);
  if (!session) return;
  if (!session.operation) throw new Error(vscode.l10n.t('No operation is running on {0}.', session.definition.name));
  session.operation[action]();
}

/** Continues a paused operation, or finishes or takes back one that an ended window left unfinished. */
export async function continueOperation(
  dependencies: CommandDependencies,
  argument: unknown,
  mode: 'resume' | 'rollBack',
): Promise<void> {
  const paused = mode === 'resume' ? pausedSession(dependencies, argument) : undefined;
  if (paused) {
    refuseReadOnly(paused);
    return paused.operation?.resume();
  }
  const title = mode === 'resume' ? vscode.l10n.t('Resume Operation') : vscode.l10n.t('Roll Back Operation');
  const entry = await pickUnfinished(dependencies, argument, title);
  if (!entry) return;
  const session = sessionOf(dependencies, entry) ?? (await resolveCluster(dependencies, argument, title));
  if (!session) return;
  refuseReadOnly(session);
  if (!(await agreesInProduction(dependencies, session, entry.title))) return;
  const options = mode === 'resume' ? await sourceLoginFor(dependencies.prompts, entry) : {};
  if (!options) return;
  const journal = await dependencies.journal();
  const operation = journal[mode](await session.client(), entry.id, options);
  session.follow(operation);
  const { outcome, notes } = await operation.finished;
  await session.lookNow();
  const text =
    outcome === 'completed'
      ? vscode.l10n.t('"{0}" has completed.', entry.title)
      : mode === 'rollBack'
        ? vscode.l10n.t('"{0}" was rolled back.', entry.title)
        : vscode.l10n.t('"{0}" was cancelled.', entry.title);
  dependencies.prompts.tell([text, ...notes].join(' '));
}

/** Takes an unfinished operation off the list without touching its nodes: somebody else has seen to them. */
export async function dismissOperation(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Dismiss Operation');
  const entry = await pickUnfinished(dependencies, argument, title);
  if (!entry) return;
  const confirmed = await dependencies.prompts.confirm({
    question: vscode.l10n.t('Dismiss "{0}"?', entry.title),
    detail: vscode.l10n.t(
      'No node is touched: lowered settings and half a cluster stay as they are. Resume it or roll it back instead, unless somebody has seen to its nodes.',
    ),
    verb: vscode.l10n.t('Dismiss'),
  });
  if (confirmed) await (await dependencies.journal()).dismiss(entry.id);
}

/** Tells of operations, or of this one, that an ended window left unfinished, with the ways out; says nothing when there are none. */
export async function announceUnfinished(
  { journal, prompts }: CommandDependencies,
  operationId?: string,
): Promise<void> {
  const all = await (await journal()).unfinished();
  const [first, ...more] = all.filter(({ id }) => id === (operationId ?? id));
  if (!first) return;
  prompts.tell(
    more.length === 0
      ? vscode.l10n.t('"{0}" did not end and may have left its nodes half changed.', first.title)
      : vscode.l10n.t('"{0}" and {1} more did not end and may have left nodes half changed.', first.title, more.length),
    ...waysToEnd(first.id),
  );
}

/** Operations that ended in the middle of changing any of these nodes. */
export async function unfinishedOn(
  { journal }: Pick<CommandDependencies, 'journal'>,
  addresses: readonly string[],
): Promise<JournaledOperation[]> {
  const entries = await (await journal()).unfinished();
  return entries.filter(({ plan }) => plan?.after.nodes.some(({ address }) => addresses.includes(address)));
}

/** For nodes that are gone with their data: there is nothing left to finish. */
export async function dismissUnfinished(
  dependencies: Pick<CommandDependencies, 'journal'>,
  addresses: readonly string[],
): Promise<void> {
  const journal = await dependencies.journal();
  for (const { id } of await unfinishedOn(dependencies, addresses)) await journal.dismiss(id);
}

function pausedSession({ store }: CommandDependencies, argument: unknown): ClusterSession | undefined {
  const { clusterId } = targetOf(argument);
  const { operationId } = (argument ?? {}) as { operationId?: string };
  return store.sessions.find(
    ({ definition, operation }) =>
      operation?.state === 'paused' &&
      definition.id === (clusterId ?? definition.id) &&
      operation.id === (operationId ?? operation.id),
  );
}

async function pickUnfinished(
  { journal, prompts }: CommandDependencies,
  argument: unknown,
  title: string,
): Promise<JournaledOperation | undefined> {
  const opened = await journal();
  const unfinished = await opened.unfinished();
  const { operationId } = (argument ?? {}) as { operationId?: string };
  if (operationId !== undefined) {
    const named = unfinished.find(entry => entry.id === operationId);
    // A message may outlive what it offers.
    if (!named) prompts.tell(settledText((await opened.history()).find(({ id }) => id === operationId)));
    return named;
  }
  if (unfinished.length === 0) throw new Error(vscode.l10n.t('No operation was left unfinished.'));
  const choices = unfinished.map(entry => ({ label: entry.title, description: startText(entry), value: entry }));
  return prompts.pick(choices, title, vscode.l10n.t('Which operation?'));
}

function sessionOf({ store }: CommandDependencies, { plan }: JournaledOperation): ClusterSession | undefined {
  const addresses = new Set(plan?.after.nodes.map(({ address }) => address));
  return store.sessions.find(({ definition }) => definition.nodes.some(address => addresses.has(address)));
}
