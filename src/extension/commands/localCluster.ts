import * as vscode from 'vscode';
import type { LocalServers } from '../../core/index';
import { viewIds } from '../../shared/commandIds';
import type { ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { agreesToStart, localServersOf } from './localNode';
import { refuseReadOnly, resolveCluster } from './target';

/** Stops every server of a local cluster; its data stays, and `startLocalServersOf` brings it back. */
export async function stopLocalCluster(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Stop Local Cluster'), isLocal);
  if (!session) return;
  refuseReadOnly(session);
  const servers = await requireLocalServers(session);
  const running = servers.servers.filter(server => server.state !== 'stopped');
  const confirmed =
    (argument as { confirmed?: boolean } | undefined)?.confirmed === true ||
    (await dependencies.prompts.confirm({
      question: vscode.l10n.t('Stop {0}?', session.definition.name),
      detail: vscode.l10n.t(
        '{0} server processes are stopped: {1}. Their data stays on disk and comes back when they are started again.',
        running.length,
        running.map(server => server.address).join(', '),
      ),
      verb: vscode.l10n.t('Stop'),
    }));
  if (!confirmed) return;
  await vscode.window.withProgress({ location: { viewId: viewIds.clusters } }, () => servers.close());
  await session.lookNow();
}

/** Starts every stopped server of a local cluster again, with its data. */
export async function startLocalServersOf(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Start Local Servers'), isLocal);
  if (!session) return;
  refuseReadOnly(session);
  if (!vscode.workspace.isTrusted)
    throw new Error(vscode.l10n.t('Servers are only started in a trusted workspace. Trust this workspace first.'));
  const servers = await requireLocalServers(session);
  const stopped = servers.servers.filter(server => server.state === 'stopped');
  if (stopped.length === 0)
    return dependencies.prompts.tell(vscode.l10n.t('All servers of {0} are running.', session.definition.name));
  const isStopped = new Set(stopped.map(({ address }) => address));
  const nodes = session.topology?.nodes.filter(({ address }) => isStopped.has(address)) ?? [];
  if (!(await agreesToStart(dependencies, session, nodes))) return;
  await vscode.window.withProgress({ location: { viewId: viewIds.clusters } }, async () => {
    const results = await Promise.allSettled(stopped.map(server => servers.start(server.port)));
    const failed = results.flatMap(result => (result.status === 'rejected' ? [result.reason as Error] : []));
    if (failed.length > 0) throw new Error(failed.map(error => error.message).join(' '));
  });
  await session.lookNow();
}

function isLocal(session: ClusterSession): boolean {
  return session.definition.local !== undefined;
}

async function requireLocalServers(session: ClusterSession): Promise<LocalServers> {
  const servers = await localServersOf(session);
  if (servers) return servers;
  throw new Error(
    vscode.l10n.t(
      'The servers of {0} were not found in {1}. If the folder was deleted, remove the cluster from the list.',
      session.definition.name,
      session.definition.local?.directory ?? '',
    ),
  );
}
