import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import {
  ClusterError,
  connect,
  findFreePorts,
  hasDockerCompose,
  LocalServerError,
  planCreate,
  ServerBinaryMissingError,
  startLocalServers,
  whatOf,
  type LocalServers,
  type Plan,
} from '../../core/index';
import { viewIds } from '../../shared/commandIds';
import { setContext } from '../tree/setContext';
import type { CommandDependencies } from './dependencies';
import { createDockerCluster } from './dockerCluster';
import { newClusterId } from './newClusterId';
import { dismissUnfinished } from './operations';
import { confirmPlan, runPlan } from './runPlan';

export interface CreateLocalClusterArgument {
  name?: string;
  /** First of the client ports; default the setting `redisCluster.local.basePort`. */
  basePort?: number;
  /** The plan was shown and agreed to elsewhere: do not ask. */
  confirmed?: boolean;
}

const clusterNodes = 6;

/**
 * Starts servers on this machine (8 by default), shows the plan for 3 masters and 3 replicas, the rest as spares, and
 * creates the cluster.
 * Turning away, or any failure before the cluster stands, ends the servers again and leaves nothing behind. Where the window
 * goes meanwhile, the next one has them in its list.
 */
export async function createLocalCluster(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted)
    throw new Error(vscode.l10n.t('Servers are only started in a trusted workspace. Trust this workspace first.'));
  const request = (argument ?? {}) as CreateLocalClusterArgument;
  const { context, store, log, topologyPanels } = dependencies;
  const id = newClusterId('local');
  const directory = path.join(context.globalStorageUri.fsPath, 'local', id);
  const password = randomBytes(24).toString('base64url');
  const servers = await startServers(dependencies, request, directory, password);
  if (servers === 'docker') return createDockerCluster(dependencies);
  if (!servers) return undefined;
  let stays = false;
  try {
    // In the list before anything is asked: a window that is reloaded meanwhile finds its servers there.
    const name = request.name ?? localName(dependencies);
    const { nodes, hosts } = servers;
    const session = await store.add(
      { id, name, nodes: [...nodes], hosts: { ...hosts }, local: { directory } },
      { password },
    );
    session.attachLocalServers(servers);
    const plan = await planLocal(servers, password);
    const spares = nodes.slice(clusterNodes).join(', ');
    const note = spares === '' ? undefined : vscode.l10n.t('Standing by as spares: {0}', spares);
    if (!request.confirmed && !(await confirmPlan(dependencies, plan, vscode.l10n.t('Create'), { note }))) {
      log.info('local', 'The plan was turned away; the servers are stopped again.');
      return undefined;
    }
    stays = (await runPlan(dependencies, session, plan)).outcome === 'completed';
    if (stays) topologyPanels.show(id);
    return stays ? id : undefined;
  } catch (error) {
    stays = hasWindowGone(error);
    if (!(error instanceof ClusterError)) throw error;
    // The servers go with their data: what the operation would have to put back is gone, too.
    throw new ClusterError(error.code, whatOf(error), {
      node: error.node,
      now: vscode.l10n.t('The servers were ended again and their data removed.'),
      remedy: vscode.l10n.t('Start a local cluster anew.'),
      cause: error,
    });
  } finally {
    if (!stays) {
      // First: while they run somebody has to see them.
      await servers.close();
      if (store.get(id)) await store.remove(id);
      await servers.removeData();
      await dismissUnfinished(dependencies, servers.nodes);
    }
  }
}

/** VS Code rejects every question that is open then; whoever turned away has answered. */
function hasWindowGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'Canceled';
}

async function startServers(
  dependencies: CommandDependencies,
  request: CreateLocalClusterArgument,
  directory: string,
  password: string,
): Promise<LocalServers | 'docker' | undefined> {
  const { settings, prompts } = dependencies;
  const { serverPath, serverCount: count } = settings.local;
  const common = { count, directory, password, ...(serverPath !== undefined && { serverPath }) };
  const start = (options: { basePort: number } | { ports: number[] }): Thenable<LocalServers> =>
    vscode.window.withProgress({ location: { viewId: viewIds.clusters } }, () =>
      startLocalServers({ ...common, ...options }),
    );
  try {
    const servers = await start({ basePort: request.basePort ?? settings.local.basePort });
    await setContext('redisCluster.serverMissing', false);
    return servers;
  } catch (error) {
    await setContext('redisCluster.serverMissing', error instanceof ServerBinaryMissingError);
    if (isServerMissing(error) && (await hasDockerCompose()))
      return prompts.offer((error as Error).message, [
        { label: vscode.l10n.t('Use Docker'), value: 'docker' as const },
      ]);
    if (!(error instanceof LocalServerError) || error.code !== 'portInUse') throw error;
    const useOthers = await prompts.offer(error.message, [{ label: vscode.l10n.t('Use Other Ports'), value: true }]);
    return useOthers ? start({ ports: await findFreePorts(count) }) : undefined;
  }
}

function isServerMissing(error: unknown): boolean {
  if (error instanceof ServerBinaryMissingError) return true;
  return error instanceof LocalServerError && ['notAServer', 'unsupportedPlatform'].includes(error.code);
}

async function planLocal(servers: LocalServers, password: string): Promise<Plan> {
  const client = connect({ nodes: servers.nodes, password, hosts: servers.hosts });
  try {
    const nodes = servers.nodes.slice(0, clusterNodes);
    return planCreate(await client.observe(), { replicasPerMaster: 1, nodes, hosts: servers.hosts });
  } finally {
    await client.close();
  }
}

function localName({ store }: CommandDependencies): string {
  const taken = new Set(store.sessions.map(session => session.definition.name));
  const first = vscode.l10n.t('Local Cluster');
  for (let number = 1; ; number++) {
    const name = number === 1 ? first : `${first} ${number}`;
    if (!taken.has(name)) return name;
  }
}
