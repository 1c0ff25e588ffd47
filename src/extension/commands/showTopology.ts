import * as vscode from 'vscode';
import type { CommandDependencies } from './dependencies';
import { resolveCluster, targetOf } from './target';

/** Opens the topology page of a cluster, or brings it to the front, with a node selected when one is named. */
export async function showTopology(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Show Topology'));
  if (session) dependencies.topologyPanels.show(session.definition.id, targetOf(argument).nodeId);
}
