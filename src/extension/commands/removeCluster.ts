import * as vscode from 'vscode';
import { isRunning } from '../sessions/isRunning';
import type { ClusterDefinition } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { isInDocker, removeContainers } from './dockerCluster';
import { localServersOf } from './localNode';
import { refuseReadOnly, resolveCluster } from './target';

/**
 * Takes a cluster off the list, with its secrets. A remote cluster itself is left as it is; the servers of a local one
 * are stopped and their data deleted, after a question that says so.
 */
export async function removeCluster(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const { store, prompts, supervision } = dependencies;
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Remove Cluster'));
  if (!session) return;
  const { id, name, local } = session.definition;
  const docker = isInDocker(dependencies, id);
  const hasServers = local !== undefined || docker;
  // Of any other cluster only the entry of the list goes.
  if (hasServers) refuseReadOnly(session);
  if (session.operation && isRunning(session.operation))
    throw new Error(
      vscode.l10n.t('"{0}" is running on {1}. Wait for it or cancel it first.', session.operation.plan.title, name),
    );
  const confirmed =
    (argument as { confirmed?: boolean } | undefined)?.confirmed === true ||
    (await prompts.confirm({
      question: hasServers
        ? vscode.l10n.t('Stop {0} and delete its data?', name)
        : vscode.l10n.t('Remove {0} from the list?', name),
      detail: whatGoes(session.definition, docker),
      verb: hasServers ? vscode.l10n.t('Stop and Delete') : vscode.l10n.t('Remove'),
    }));
  if (!confirmed) return;
  const servers = local ? await localServersOf(session) : undefined;
  // First: while they run the entry stays, to try again.
  if (docker) await removeContainers(dependencies);
  await servers?.close();
  await store.remove(id);
  await supervision.forget(id);
  await servers?.removeData();
}

function whatGoes({ local }: ClusterDefinition, docker: boolean): string {
  if (local)
    return vscode.l10n.t('Its servers on this machine are stopped and their data in {0} is deleted.', local.directory);
  return docker
    ? vscode.l10n.t('Its containers on this machine are removed, with their data.')
    : vscode.l10n.t('The cluster itself is left as it is. The address list and the stored password are forgotten.');
}
