import * as vscode from 'vscode';
import type { Topology } from '../../core/index';
import type { ClusterDefinition, ClusterSession, SessionStore } from '../sessions/types';
import { askAddresses, askCredentials, draftOf, lookOnce, type ConnectionDraft } from './askConnection';
import type { CommandDependencies } from './dependencies';
import { newClusterId } from './newClusterId';

export interface AddClusterArgument extends Partial<Omit<ClusterDefinition, 'id' | 'local'>> {
  password?: string;
}

/** Adds an existing cluster to the list: asks what the argument leaves open, and looks before it saves. */
export async function addCluster(dependencies: CommandDependencies, argument: unknown): Promise<string | undefined> {
  const given = (argument ?? {}) as AddClusterArgument;
  const { store, prompts } = dependencies;
  const title = vscode.l10n.t('Add a Cluster');
  const draft: ReachedDraft | undefined = given.nodes
    ? draftOf(given, given.nodes)
    : await askUntilReached(dependencies, title);
  if (!draft) return undefined;
  const topology = given.nodes ? await lookAndRequire(draft) : draft.topology;
  const twin = topology && sessionOfNodes(store, topology);
  if (twin)
    throw new Error(
      vscode.l10n.t('These nodes are in the list already, as {0}. Nothing was added.', twin.definition.name),
    );
  const name =
    given.name ??
    (await prompts.input({
      title,
      prompt: vscode.l10n.t('Name of the cluster, as it is shown in the tree.'),
      value: draft.nodes[0] ?? '',
      validate: text => (text.trim() === '' ? vscode.l10n.t('A name is needed.') : undefined),
    }));
  if (name === undefined) return undefined;
  const { password, username, tls, addressMap } = draft;
  const definition: ClusterDefinition = {
    id: newClusterId(name),
    name: name.trim(),
    nodes: draft.nodes,
    ...(username !== undefined && { username }),
    ...(tls && { tls }),
    ...(addressMap && { addressMap }),
    ...(given.hosts && { hosts: given.hosts }),
    ...(given.readOnly !== undefined && { readOnly: given.readOnly }),
  };
  await store.add(definition, password === undefined ? {} : { password });
  if (topology?.clusterState === 'none') {
    const create = { label: vscode.l10n.t('Create a Cluster…'), run: () => offerCreate(definition) };
    prompts.tell(vscode.l10n.t('{0} is added. Its nodes are not a cluster yet.', definition.name), create);
  }
  return definition.id;
}

// By node ids: the same cluster may be named by any of its nodes.
function sessionOfNodes(store: SessionStore, topology: Topology): ClusterSession | undefined {
  const ids = new Set(topology.nodes.filter(({ reachable }) => reachable).map(({ id }) => id));
  return store.sessions.find(session => session.topology?.nodes.some(({ id }) => ids.has(id)));
}

interface ReachedDraft extends ConnectionDraft {
  topology?: Topology;
}

async function askUntilReached({ prompts }: CommandDependencies, title: string): Promise<ReachedDraft | undefined> {
  const prompt = vscode.l10n.t('Addresses of one or more nodes; the others are found from there.');
  let nodes = await askAddresses(prompts, title, prompt, '');
  if (!nodes) return undefined;
  let credentials = await askCredentials(prompts, title, {});
  while (nodes && credentials) {
    const draft: ConnectionDraft = { nodes, ...credentials };
    try {
      return { ...draft, topology: await lookAndRequire(draft) };
    } catch (error) {
      const next = await prompts.offer((error as Error).message, [
        { label: vscode.l10n.t('Change Addresses'), value: 'addresses' as const },
        { label: vscode.l10n.t('Change Credentials'), value: 'credentials' as const },
        { label: vscode.l10n.t('Add Anyway'), value: 'anyway' as const },
      ]);
      if (next === undefined) return undefined;
      if (next === 'anyway') return draft;
      if (next === 'addresses') nodes = await askAddresses(prompts, title, prompt, nodes.join(', '));
      else credentials = await askCredentials(prompts, title, credentials);
    }
  }
  return undefined;
}

// At least one node must answer; with none, the first reason is what the user needs to read.
async function lookAndRequire(draft: ConnectionDraft): Promise<Topology> {
  const topology = await lookOnce(draft);
  if (topology.answered > 0) return topology;
  const reasons = topology.nodes.flatMap(node => node.unreachableReason ?? []);
  throw new Error(reasons[0] ?? vscode.l10n.t('No node answered.'));
}

function offerCreate(definition: ClusterDefinition): Thenable<unknown> {
  return vscode.commands.executeCommand('redisCluster.createCluster', {
    nodes: definition.nodes,
    clusterId: definition.id,
  });
}
