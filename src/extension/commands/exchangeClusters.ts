import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { readClusterFile, writeClusterFile, type ClusterFileContent } from '../clusterList/clusterFile';
import { freeName } from '../clusterList/nameFault';
import type { CommandDependencies } from './dependencies';
import { newClusterId } from './newClusterId';

const fileName = 'redis-clusters.json';

/** Writes chosen clusters into a file, without secrets. Argument: `{ path?, clusterIds? }`. Gives how many. */
export async function exportClusters(dependencies: CommandDependencies, argument: unknown): Promise<number> {
  const { store, prompts } = dependencies;
  const { path, clusterIds } = (argument ?? {}) as { path?: string; clusterIds?: readonly string[] };
  const remote = store.sessions.map(({ definition }) => definition).filter(({ local }) => !local);
  if (remote.length === 0)
    throw new Error(vscode.l10n.t('There is no cluster to export: local ones belong to this machine.'));
  const title = vscode.l10n.t('Export Clusters');
  const choices = remote.map(value => ({
    label: value.name,
    description: value.nodes[0] ?? '',
    picked: true,
    value,
  }));
  const chosen = clusterIds
    ? remote.filter(({ id }) => clusterIds.includes(id))
    : await prompts.pickMany(choices, title, vscode.l10n.t('Which clusters? Passwords are not exported.'));
  if (!chosen || chosen.length === 0) return 0;
  const filters = { [vscode.l10n.t('List of clusters')]: ['json'] };
  const uri =
    path === undefined
      ? await vscode.window.showSaveDialog({ title, filters, defaultUri: suggestedFile() })
      : vscode.Uri.file(path);
  if (!uri) return 0;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(writeClusterFile(chosen)));
  prompts.tell(vscode.l10n.t('{0} clusters were written to {1}, without passwords.', chosen.length, uri.fsPath));
  return chosen.length;
}

function suggestedFile(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  return vscode.Uri.joinPath(folder, fileName);
}

/** Adds clusters from a file to those in the list. Argument: `{ path?, all? }`. Gives how many were added. */
export async function importClusters(dependencies: CommandDependencies, argument: unknown): Promise<number> {
  const { store, prompts, log } = dependencies;
  const { path, all } = (argument ?? {}) as { path?: string; all?: boolean };
  const title = vscode.l10n.t('Import Clusters');
  const [uri] =
    path === undefined
      ? ((await vscode.window.showOpenDialog({ title, filters: { [vscode.l10n.t('List of clusters')]: ['json'] } })) ??
        [])
      : [vscode.Uri.file(path)];
  if (!uri) return 0;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const content = readClusterFile(
    text,
    store.sessions.map(({ definition }) => definition),
  );
  for (const problem of content.problems) log.warn('store', problem);
  const chosen = content.clusters.length === 0 || all ? content.clusters : await choose(dependencies, title, content);
  if (!chosen) return 0;
  for (const { cluster } of chosen) {
    // An id of its own: with the one from the file it could get a password that was given for other nodes.
    const name = freeName(cluster.name, store.sessions);
    await store.add({ ...cluster, id: newClusterId(name), name }, {});
  }
  prompts.tell(outcomeText(chosen.length, content), ...(content.problems.length === 0 ? [] : [showLog(log)]));
  return chosen.length;
}

function choose(
  { prompts }: CommandDependencies,
  title: string,
  { clusters }: ClusterFileContent,
): Promise<ClusterFileContent['clusters'] | undefined> {
  return prompts.pickMany(
    clusters.map(value => ({
      label: value.cluster.name,
      description: value.cluster.nodes.join(', '),
      ...(value.twin !== undefined && { detail: vscode.l10n.t('Names a node of {0}.', value.twin) }),
      picked: value.twin === undefined,
      value,
    })),
    title,
    vscode.l10n.t('Which clusters shall be added? Nothing is connected before you look at them.'),
  );
}

function outcomeText(added: number, { known, problems }: ClusterFileContent): string {
  return [
    vscode.l10n.t('Clusters added: {0}.', added),
    ...(known > 0 ? [vscode.l10n.t('In the list already: {0}.', known)] : []),
    ...problems.slice(0, 1),
    ...(problems.length > 1 ? [vscode.l10n.t('{0} more are in the log.', problems.length - 1)] : []),
  ].join(' ');
}

function showLog(log: CommandDependencies['log']): { label: string; run: () => void } {
  return { label: vscode.l10n.t('Show Log'), run: () => log.show() };
}
