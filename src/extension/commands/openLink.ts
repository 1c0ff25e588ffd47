import * as vscode from 'vscode';
import { parseLink, type ClusterLink } from '../clusterList/parseLink';
import { addByWizard } from './addCluster';
import type { CommandDependencies } from './dependencies';
import { reportError } from './reportError';

/** Takes links that begin with `vscode://redis-cluster-manager.redis-cluster-manager/`. */
export function registerLinks(dependencies: CommandDependencies): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri: async uri => {
      try {
        await openLink(dependencies, uri);
      } catch (error) {
        reportError(dependencies, 'link', undefined, error);
      }
    },
  });
}

/** Shows a cluster of the list, or begins to add one after a question. Connects to nothing by itself and changes nothing. */
export async function openLink(
  dependencies: CommandDependencies,
  uri: { path: string; query: string },
): Promise<string | undefined> {
  let link: ClusterLink;
  try {
    link = parseLink(uri);
  } catch (error) {
    throw new Error(vscode.l10n.t('The link was not followed. {0}', (error as Error).message));
  }
  return link.kind === 'show' ? show(dependencies, link) : add(dependencies, link);
}

function show(
  { store, topologyPanels }: CommandDependencies,
  { cluster }: Extract<ClusterLink, { kind: 'show' }>,
): string {
  const session = store.get(cluster) ?? only(store.sessions.filter(({ definition }) => definition.name === cluster));
  if (!session)
    throw new Error(
      vscode.l10n.t('The link was not followed. There is no cluster "{0}" in the list, or several are.', cluster),
    );
  topologyPanels.show(session.definition.id);
  return session.definition.id;
}

async function add(
  dependencies: CommandDependencies,
  { nodes, name, username, tls }: Extract<ClusterLink, { kind: 'add' }>,
): Promise<string | undefined> {
  const confirmed = await dependencies.prompts.confirm({
    question: vscode.l10n.t('A link wants to add a cluster. Go on?'),
    detail: [
      vscode.l10n.t('These servers would be connected to, and get the password you type: {0}', nodes.join(', ')),
      vscode.l10n.t('Go on only if you know them. You are asked for each step; nothing was done yet.'),
    ].join('\n\n'),
    verb: vscode.l10n.t('Go On'),
  });
  if (!confirmed) return undefined;
  return addByWizard(dependencies, {
    nodes,
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    ...(tls && { tls: {} }),
  });
}

function only<Value>(values: readonly Value[]): Value | undefined {
  return values.length === 1 ? values[0] : undefined;
}
