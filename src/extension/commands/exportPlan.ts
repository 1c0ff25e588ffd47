import * as vscode from 'vscode';
import { planMarkdown, type Plan } from '../../core/index';
import type { Choice } from '../prompts';
import { startText } from '../tree/timeOf';
import type { CommandDependencies } from './dependencies';
import { targetOf } from './target';

/**
 * Shows a plan as a Markdown document with the equivalent commands: of the operation named, of what the supervisor of a cluster
 * proposes, or of one that is picked. Argument: `{ operationId? }` or `{ clusterId? }`.
 */
export async function exportPlan(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const plan = (await namedPlan(dependencies, argument)) ?? (await pickPlan(dependencies));
  if (plan) await dependencies.documents.show(`${plan.title}.md`, planMarkdown(plan));
}

async function namedPlan({ store, journal }: CommandDependencies, argument: unknown): Promise<Plan | undefined> {
  const { operationId } = (argument ?? {}) as { operationId?: unknown };
  if (typeof operationId === 'string') {
    const running = store.sessions.find(({ operation }) => operation?.id === operationId)?.operation;
    return running?.plan ?? (await (await journal()).history()).find(({ id }) => id === operationId)?.plan;
  }
  const { clusterId } = targetOf(argument);
  const session = clusterId === undefined ? undefined : store.get(clusterId);
  const state = session?.supervisor?.state;
  return state?.kind === 'asking' ? state.plan : session?.operation?.plan;
}

async function pickPlan({ journal, prompts }: CommandDependencies): Promise<Plan | undefined> {
  const choices = (await (await journal()).history()).flatMap(({ plan, title, startedAt }): Choice<Plan>[] =>
    plan ? [{ label: title, description: startText({ startedAt }), value: plan }] : [],
  );
  if (choices.length === 0) throw new Error(vscode.l10n.t('There is no operation whose plan could be exported yet.'));
  return prompts.pick(choices, vscode.l10n.t('Export Plan'), vscode.l10n.t('The plan of which operation?'));
}
