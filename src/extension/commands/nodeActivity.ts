import * as vscode from 'vscode';
import type { ClusterNode } from '../../core/index';
import { commandIds, type CommandId } from '../../shared/commandIds';
import type { ReportAction } from '../report';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { describeClients, describeSlowCommands } from './describeActivity';
import { resolveNode } from './target';

/** What was slow at a node, as a readable table. Argument: `{ clusterId, node }`. */
export async function showSlowCommands(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const target = await resolve(dependencies, argument, vscode.l10n.t('Show Slow Commands'));
  if (!target) return;
  const { session, node } = target;
  const client = await session.client();
  const slow = await cancellable(vscode.l10n.t('Asking {0} for its slow commands', node.address), signal =>
    client.slowCommands(node.address, { signal }),
  );
  const refresh = refreshAction(commandIds.showSlowCommands, session.definition.id, node);
  await dependencies.documents.show(
    `Slow commands of ${node.address}.md`,
    describeSlowCommands(node.address, slow, refresh),
  );
}

/** Who is connected to a node, those with most output waiting first. Argument: `{ clusterId, node }`. */
export async function showClients(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const target = await resolve(dependencies, argument, vscode.l10n.t('Show Clients'));
  if (!target) return;
  const { session, node } = target;
  const client = await session.client();
  const connected = await cancellable(vscode.l10n.t('Asking {0} for its clients', node.address), signal =>
    client.connectedClients(node.address, { signal }),
  );
  const refresh = refreshAction(commandIds.showClients, session.definition.id, node);
  await dependencies.documents.show(`Clients of ${node.address}.md`, describeClients(node.address, connected, refresh));
}

function resolve(dependencies: CommandDependencies, argument: unknown, title: string): ReturnType<typeof resolveNode> {
  return resolveNode(dependencies, argument, title, ({ reachable }) => reachable);
}

function refreshAction(command: CommandId, clusterId: string, { id }: ClusterNode): ReportAction {
  return { title: vscode.l10n.t('Refresh'), command, argument: { clusterId, nodeId: id } };
}
