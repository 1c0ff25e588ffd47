import { l10n } from 'vscode';
import type { Prompts } from '../prompts';
import type { ClusterSession } from '../sessions/types';
import { freeName, nameFault } from './nameFault';

/** A name that nobody in the list has yet; the box begins with `value`, or a free one like it. Undefined when turned away. */
export async function askName(
  prompts: Prompts,
  sessions: readonly Pick<ClusterSession, 'definition'>[],
  title: string,
  value: string,
): Promise<string | undefined> {
  const name = await prompts.input({
    title,
    prompt: l10n.t('Name of the cluster, as it is shown in the tree.'),
    value: freeName(value, sessions),
    validate: text => nameFault(text, sessions),
  });
  return name?.trim();
}
