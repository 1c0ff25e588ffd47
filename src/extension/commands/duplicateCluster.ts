import * as vscode from 'vscode';
import { freeName, nameFault } from '../clusterList/nameFault';
import { commandIds } from '../../shared/commandIds';
import type { CommandDependencies } from './dependencies';
import { newClusterId } from './newClusterId';
import { resolveCluster } from './target';

/**
 * Lists a cluster a second time, with its password: to reach it as another user, or by another way, after an edit. Argument:
 * `{ clusterId, name? }`. Gives the id of the new entry.
 */
export async function duplicateCluster(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<string | undefined> {
  const { store, prompts } = dependencies;
  const title = vscode.l10n.t('Duplicate Cluster');
  const session = await resolveCluster(dependencies, argument, title, ({ definition }) => !definition.local);
  if (!session) return undefined;
  const { id: from, ...copied } = session.definition;
  if (copied.local) throw new Error(vscode.l10n.t('The servers of a local cluster cannot be listed twice.'));
  const given = (argument as { name?: unknown } | undefined)?.name;
  const name =
    typeof given === 'string'
      ? given
      : await prompts.input({
          title,
          prompt: vscode.l10n.t('Name of the second entry for the same cluster.'),
          value: freeName(copied.name, store.sessions),
          validate: text => nameFault(text, store.sessions),
        });
  if (name === undefined) return undefined;
  const fault = nameFault(name, store.sessions);
  if (fault !== undefined) throw new Error(fault);
  const id = newClusterId(name);
  const secrets = {
    password: await store.password(from),
    keyPassphrase: await store.keyPassphrase(from),
    sshSecret: await store.sshSecret(from),
  };
  await store.add({ ...copied, id, name: name.trim() }, secrets);
  prompts.tell(vscode.l10n.t('{0} is listed. It is the same cluster as {1}.', name.trim(), copied.name), {
    label: vscode.l10n.t('Edit…'),
    run: () => vscode.commands.executeCommand(commandIds.editCluster, { clusterId: id }),
  });
  return id;
}
