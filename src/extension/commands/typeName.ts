import * as vscode from 'vscode';
import type { Prompts } from '../prompts';
import { isInProduction } from '../sessions/twins';
import type { ClusterDefinition, ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';

/** Of a cluster in production, be it so by another entry of the list, the name is typed first; of others nothing is asked. */
export async function agreesInProduction(
  { prompts, store }: Pick<CommandDependencies, 'prompts' | 'store'>,
  session: ClusterSession,
  title: string,
  why?: string,
): Promise<boolean> {
  return !isInProduction(session, store.sessions) || typeName(prompts, title, session.definition, why);
}

/** Lets the name of a cluster be typed before something is done to it; `why` is a whole sentence. */
export async function typeName(
  prompts: Prompts,
  title: string,
  { name }: Pick<ClusterDefinition, 'name'>,
  why = vscode.l10n.t('This cluster is in production.'),
): Promise<boolean> {
  const typed = await prompts.input({
    title,
    prompt: vscode.l10n.t('{0} Type the name of the cluster, {1}, to go on.', why, name),
    placeholder: name,
    validate: text => (text === name ? undefined : vscode.l10n.t('Type {0}, or press Escape to do nothing.', name)),
  });
  return typed === name;
}
