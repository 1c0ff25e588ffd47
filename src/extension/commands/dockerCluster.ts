import { mkdir, readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import {
  defaultHostLabel,
  publishedPorts,
  removeComposeProject,
  startComposeProject,
  withDirectoryMutex,
  type ComposeProject,
} from '../../core/index';
import { viewIds } from '../../shared/commandIds';
import { freeName } from '../clusterList/nameFault';
import { cancellable } from './cancellable';
import { createCluster } from './createCluster';
import type { CommandDependencies } from './dependencies';
import { dismissUnfinished } from './operations';

/**
 * Starts the containers of the compose file that comes with the extension, shows the plan for 3 masters and 3 replicas, two
 * spares left, and creates the cluster. Turning away, or any failure before the cluster stands, removes the containers again.
 */
export async function createDockerCluster(dependencies: CommandDependencies): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted)
    throw new Error(vscode.l10n.t('Servers are only started in a trusted workspace. Trust this workspace first.'));
  const { context, store, prompts } = dependencies;
  const earlier = store.get(context.globalState.get(clusterKey) ?? '');
  if (earlier)
    throw new Error(
      vscode.l10n.t('{0} runs in Docker already, on the same ports. Remove it first.', earlier.definition.name),
    );
  const project = composeProject(dependencies);
  const nodes = publishedPorts(await readFile(project.file, 'utf8')).map(port => `127.0.0.1:${port}`);
  const started = await prompts.confirm({
    question: vscode.l10n.t('Start {0} servers in Docker?', nodes.length),
    detail: vscode.l10n.t(
      'Containers on {0} to {1}, without a password, which only this machine reaches. The first time their image is fetched. The plan of the cluster is shown before it is made.',
      nodes[0]!,
      nodes.at(-1)!,
    ),
    verb: vscode.l10n.t('Start'),
    harmless: true,
  });
  if (!started) return undefined;
  // A failed start takes away what goes by the project's name: two at once would take each other's.
  const { fsPath: directory } = vscode.Uri.joinPath(context.globalStorageUri, 'docker');
  await mkdir(directory, { recursive: true });
  const made = await withDirectoryMutex(directory, 0, () => startAndCreate(dependencies, project, nodes));
  if (!made)
    throw new Error(
      vscode.l10n.t('Servers are being started in Docker already, here or in another window. Nothing was done.'),
    );
  return made.value;
}

async function startAndCreate(
  dependencies: CommandDependencies,
  project: ComposeProject,
  nodes: readonly string[],
): Promise<string | undefined> {
  const { context, store } = dependencies;
  await cancellable(vscode.l10n.t('Starting servers in Docker'), signal => startComposeProject(project, { signal }));
  const before = [...store.sessions];
  let id: string | undefined;
  try {
    const name = freeName(vscode.l10n.t('Docker Cluster'), store.sessions);
    const hosts = Object.fromEntries(nodes.map((address, index) => [address, defaultHostLabel(index)]));
    id = await createCluster(dependencies, { nodes: [...nodes], name, hosts, masters: 3, replicasPerMaster: 1 });
    if (id !== undefined) await context.globalState.update(clusterKey, id);
    return id;
  } finally {
    if (id === undefined) {
      // Half a cluster stays in the list for its journal; this one goes with its servers.
      for (const { definition } of store.sessions.filter(session => !before.includes(session)))
        if (definition.nodes.join() === nodes.join()) await store.remove(definition.id);
      await removeContainers(dependencies);
      await dismissUnfinished(dependencies, nodes);
    }
  }
}

/** Whether the servers of a cluster are the containers that were started here. */
export function isInDocker({ context }: CommandDependencies, clusterId: string): boolean {
  return context.globalState.get(clusterKey) === clusterId;
}

/** Ends the containers and deletes their data. */
export async function removeContainers(dependencies: CommandDependencies): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: viewIds.clusters } }, () =>
    removeComposeProject(composeProject(dependencies)),
  );
  await dependencies.context.globalState.update(clusterKey, undefined);
}

// Not a setting: a list of somebody else could name it.
const clusterKey = 'redisCluster.dockerCluster';

// The ports are those of the file: there can be one at a time. Not the name that a checkout's own containers go by.
function composeProject({ context }: CommandDependencies): ComposeProject {
  const { fsPath: file } = vscode.Uri.joinPath(context.extensionUri, 'docker-compose.yml');
  return { file, project: 'redis-cluster-manager-extension' };
}
