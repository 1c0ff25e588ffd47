import { l10n } from 'vscode';
import type { ClusterSession } from '../sessions/types';

/** The reason why a name will not do for a cluster, undefined when it will. `ownId`: of the one that has it already. */
export function nameFault(
  text: string,
  sessions: readonly Pick<ClusterSession, 'definition'>[],
  ownId?: string,
): string | undefined {
  const name = text.trim();
  if (name === '') return l10n.t('A name is needed.');
  if (name.length > 100) return l10n.t('The name is longer than 100 characters.');
  if (/\p{Cc}/u.test(name)) return l10n.t('A name is one line of text.');
  const isTaken = sessions.some(({ definition }) => definition.name === name && definition.id !== ownId);
  return isTaken ? l10n.t('Another cluster has this name already.') : undefined;
}

/** A name that nobody has yet: the one given, else with a number behind it. */
export function freeName(name: string, sessions: readonly Pick<ClusterSession, 'definition'>[]): string {
  const taken = new Set(sessions.map(({ definition }) => definition.name));
  for (let number = 1; ; number++) {
    const tried = number === 1 ? name : `${name.slice(0, 94)} (${number})`;
    if (!taken.has(tried)) return tried;
  }
}
