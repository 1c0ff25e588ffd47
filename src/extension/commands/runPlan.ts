import * as vscode from 'vscode';
import { describePlan, type OperationResult, type Plan, type RunOptions } from '../../core/index';
import { viewIds } from '../../shared/commandIds';
import type { ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { summarizePlan } from './summarizePlan';

/**
 * Shows a plan and asks; `note` stands below it. Large ones are summed up, with the whole plan a button away; `preview` shows
 * it on the topology and resolves whether to ask again.
 */
export async function confirmPlan(
  { prompts, documents }: CommandDependencies,
  plan: Plan,
  verb: string,
  { note, preview }: { note?: string | undefined; preview?: () => Promise<boolean> } = {},
): Promise<boolean> {
  return prompts.confirm({
    question: vscode.l10n.t('{0}?', plan.title),
    detail: [summarizePlan(plan), note].filter(Boolean).join('\n'),
    verb,
    harmless: plan.risk === 'none',
    look: preview && { label: vscode.l10n.t('Show on the Topology'), show: preview },
    more: {
      label: vscode.l10n.t('Show Full Plan'),
      show: () => documents.show(`${plan.title}.txt`, describePlan(plan)),
    },
  });
}

/** Runs a confirmed plan through the journal, shown in the view, the status bar and the operations view. */
export async function runPlan(
  { journal, log, prompts }: CommandDependencies,
  session: ClusterSession,
  plan: Plan,
  options: Pick<RunOptions, 'sourceLogin'> = {},
): Promise<OperationResult> {
  const client = await session.client();
  const operation = client.run(plan, { ...options, journal: await journal() });
  session.follow(operation);
  log.info('operation', `${plan.title} (${operation.id}) started on ${session.definition.name}`);
  const result = await vscode.window.withProgress({ location: { viewId: viewIds.clusters } }, () => operation.finished);
  log.info('operation', `${plan.title}: ${result.outcome} after ${Math.round(result.durationMilliseconds)} ms`);
  for (const note of result.notes) log.info('operation', note);
  if (result.outcome === 'cancelled')
    prompts.tell(vscode.l10n.t('{0}: cancelled. {1}', plan.title, result.notes.join(' ')));
  await session.lookNow();
  return result;
}
