import * as vscode from 'vscode';
import type { ClusterClient } from '../../core/index';
import { commandIds, type CommandId } from '../../shared/commandIds';
import type { Report, ReportAction } from '../report';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { describeClients, describeSlowCommands } from './describeActivity';
import { resolveNode } from './target';

/** What was slow at a node, as a readable table. Argument: `{ clusterId, node }`. */
export function showSlowCommands(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  return show(dependencies, argument, {
    title: vscode.l10n.t('Show Slow Commands'),
    command: commandIds.showSlowCommands,
    asking: address => vscode.l10n.t('Asking {0} for its slow commands', address),
    document: address => `Slow commands of ${address}.md`,
    read: async (client, address, refresh, signal) =>
      describeSlowCommands(address, await client.slowCommands(address, { signal }), refresh),
  });
}

/** Who is connected to a node, those with most output waiting first. Argument: `{ clusterId, node }`. */
export function showClients(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  return show(dependencies, argument, {
    title: vscode.l10n.t('Show Clients'),
    command: commandIds.showClients,
    asking: address => vscode.l10n.t('Asking {0} for its clients', address),
    document: address => `Clients of ${address}.md`,
    read: async (client, address, refresh, signal) =>
      describeClients(address, await client.connectedClients(address, { signal }), refresh),
  });
}

interface Activity {
  title: string;
  /** Shows it anew. */
  command: CommandId;
  asking: (address: string) => string;
  document: (address: string) => string;
  read: (client: ClusterClient, address: string, refresh: ReportAction, signal: AbortSignal) => Promise<Report>;
}

async function show(
  dependencies: CommandDependencies,
  argument: unknown,
  { title, command, asking, document, read }: Activity,
): Promise<void> {
  const target = await resolveNode(dependencies, argument, title, ({ reachable }) => reachable);
  if (!target) return;
  const { session, node } = target;
  const { address, id: nodeId } = node;
  const client = await session.client();
  const refresh = {
    title: vscode.l10n.t('Refresh'),
    command,
    argument: { clusterId: session.definition.id, nodeId },
  };
  const report = await cancellable(asking(address), signal => read(client, address, refresh, signal));
  await dependencies.documents.show(document(address), report);
}
