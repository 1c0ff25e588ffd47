import * as vscode from 'vscode';
import type { Prompts } from '../prompts';
import type { ClusterDefinition } from '../sessions/types';

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
