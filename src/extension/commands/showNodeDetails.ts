import * as vscode from 'vscode';
import type { ClusterNode, Topology } from '../../core/index';
import { commandIds } from '../../shared/commandIds';
import type { ReportAction } from '../report';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { describeNodeDetails } from './describeNodeDetails';
import { resolveNode } from './target';

/** So many others are asked for their settings: enough to see who is odd, few enough for a cluster of a thousand. */
const mostSiblings = 20;

/**
 * What a node tells of itself, as one document: what sets its settings apart from its siblings', where its time goes, slow
 * commands, clients, INFO, all settings. Argument: `{ clusterId, node }`.
 */
export async function showNodeDetails(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Show Node Details');
  const target = await resolveNode(dependencies, argument, title, ({ reachable }) => reachable);
  if (!target) return;
  const { session, node } = target;
  const client = await session.client();
  const comparable = siblingsOf(node, session.topology!);
  const siblings = comparable.slice(0, mostSiblings);
  const [details, settings] = await cancellable(vscode.l10n.t('Asking {0} for its details', node.address), signal =>
    Promise.all([
      client.nodeDetails(node.address, { signal }),
      client.readConfig({ nodes: [node, ...siblings].map(({ id }) => id), signal }),
    ]),
  );
  const report = describeNodeDetails(
    {
      node,
      clusterName: session.definition.name,
      details,
      settings,
      siblings: new Map(siblings.map(({ id, address }) => [id, address])),
      siblingsInAll: comparable.length,
      readAt: new Date(),
    },
    actionsFor(session.definition.id, node),
  );
  await dependencies.documents.show(`Details of ${node.address}.md`, report);
}

/** The others of its cluster that answer, those of its shard first. */
function siblingsOf(node: ClusterNode, { nodes }: Topology): ClusterNode[] {
  const shard = node.masterId ?? node.id;
  const others = nodes.filter(({ id, reachable, inCluster }) => id !== node.id && reachable && inCluster);
  const isNear = ({ id, masterId }: ClusterNode): boolean => (masterId ?? id) === shard;
  return [...others.filter(isNear), ...others.filter(other => !isNear(other))];
}

function actionsFor(clusterId: string, { id }: ClusterNode): ReportAction[] {
  const argument = { clusterId, nodeId: id };
  return [
    { title: vscode.l10n.t('Refresh'), command: commandIds.showNodeDetails, argument },
    { title: vscode.l10n.t('All Slow Commands'), command: commandIds.showSlowCommands, argument },
    { title: vscode.l10n.t('All Clients'), command: commandIds.showClients, argument },
    { title: vscode.l10n.t('Open redis-cli'), command: commandIds.openTerminal, argument },
  ];
}
