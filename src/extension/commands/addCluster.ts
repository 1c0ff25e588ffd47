import * as vscode from 'vscode';
import type { Topology } from '../../core/index';
import { askAccess, askMarks } from '../clusterList/askMarks';
import { askName } from '../clusterList/askName';
import { lookFirst, NoAnswer, sessionOfNodes } from '../clusterList/lookFirst';
import { nameFault } from '../clusterList/nameFault';
import { parseConnectionText } from '../clusterList/parseConnectionText';
import { faultOf } from '../faultOf';
import type { Prompts } from '../prompts';
import type { ClusterDefinition } from '../sessions/types';
import { withWayBack, type Once } from '../wayBack';
import { askCredentials, definitionOf, draftOf, type ConnectionDraft } from './askConnection';
import type { CommandDependencies } from './dependencies';

export interface AddClusterArgument extends Partial<Omit<ClusterDefinition, 'id' | 'local'>> {
  password?: string;
}

/** What the boxes of the wizard hold at first. Nothing of it is used before it was shown there. */
export type AddClusterSuggestion = Partial<Pick<ClusterDefinition, 'nodes' | 'username' | 'tls' | 'name'>>;

/** Adds an existing cluster to the list: asks what the argument leaves open, and looks before it saves. */
export async function addCluster(dependencies: CommandDependencies, argument: unknown): Promise<string | undefined> {
  const given = (argument ?? {}) as AddClusterArgument;
  if (!given.nodes) return addByWizard(dependencies);
  const { prompts, store } = dependencies;
  const fault = given.name === undefined ? undefined : nameFault(given.name, store.sessions);
  if (fault !== undefined) throw new Error(vscode.l10n.t('{0} Nothing was added.', fault));
  const draft = draftOf(given, given.nodes);
  const topology = await lookFirst(draft);
  refuseTwin(dependencies, topology);
  const name = given.name ?? (await askName(prompts, store.sessions, wizardTitle(), draft.nodes[0] ?? ''));
  return name === undefined ? undefined : save(dependencies, { ...given, name }, draft, topology);
}

/** The same, asking everything; the boxes begin with what is suggested. */
export async function addByWizard(
  dependencies: CommandDependencies,
  suggestion: AddClusterSuggestion = {},
): Promise<string | undefined> {
  const entry = await withWayBack(dependencies.prompts, async (prompts, once) => {
    const title = wizardTitle();
    const draft = await askUntilReached(prompts, once, suggestion);
    if (!draft) return undefined;
    if (draft.topology) refuseTwin(dependencies, draft.topology);
    const { sessions } = dependencies.store;
    const name = await askName(prompts, sessions, title, suggestion.name ?? draft.nodes[0] ?? '');
    if (name === undefined) return undefined;
    const readOnly = await askAccess(prompts, title);
    if (readOnly === undefined) return undefined;
    const marks = await askMarks(prompts, title);
    return marks && { draft, given: { name, readOnly, ...marks } };
  });
  return entry && save(dependencies, entry.given, entry.draft, entry.draft.topology);
}

function wizardTitle(): string {
  return vscode.l10n.t('Add a Cluster');
}

function refuseTwin({ store }: CommandDependencies, topology: Topology): void {
  const twin = sessionOfNodes(store.sessions, topology);
  if (twin)
    throw new Error(
      vscode.l10n.t('These nodes are in the list already, as {0}. Nothing was added.', twin.definition.name),
    );
}

interface ReachedDraft extends ConnectionDraft {
  topology?: Topology;
}

async function askUntilReached(
  prompts: Prompts,
  once: Once,
  suggestion: AddClusterSuggestion,
): Promise<ReachedDraft | undefined> {
  const title = wizardTitle();
  const askWhere = async (value: string): Promise<ConnectionDraft | undefined> => {
    const text = await prompts.input({
      title,
      prompt: vscode.l10n.t('Paste addresses of one or more nodes, or a URL; the other nodes are found from there.'),
      value,
      placeholder: '10.0.0.1:6379, 10.0.0.2:6379 · rediss://user:password@10.0.0.1:6379',
      validate: typed => faultOf(() => parseConnectionText(typed)),
    });
    if (text === undefined) return undefined;
    const { isUrl, ...connection } = parseConnectionText(text);
    if (isUrl) return connection;
    const credentials = await askCredentials(prompts, title, suggestion, undefined, true);
    return credentials && { ...connection, ...credentials };
  };
  let draft = await askWhere(suggestion.nodes?.join(', ') ?? '');
  while (draft) {
    const tried = draft;
    try {
      return { ...tried, topology: await once(() => lookFirst(tried)) };
    } catch (error) {
      const addresses = { label: vscode.l10n.t('Change Addresses'), value: 'addresses' as const };
      const credentials = { label: vscode.l10n.t('Change Credentials'), value: 'credentials' as const };
      const likeliest =
        error instanceof NoAnswer && error.isAboutLogin ? [credentials, addresses] : [addresses, credentials];
      const anyway = { label: vscode.l10n.t('Add Anyway'), value: 'anyway' as const };
      const next = await prompts.offer((error as Error).message, [...likeliest, anyway]);
      if (next === 'anyway') return draft;
      if (next === 'addresses') draft = await askWhere(draft.nodes.join(', '));
      else {
        const { nodes, ...earlier } = draft;
        const entered = next && (await askCredentials(prompts, title, earlier, undefined, true));
        draft = entered && { nodes, ...entered };
      }
    }
  }
  return undefined;
}

async function save(
  { store, prompts }: CommandDependencies,
  given: AddClusterArgument & { name: string },
  draft: ConnectionDraft,
  topology: Topology | undefined,
): Promise<string> {
  const definition: ClusterDefinition = {
    ...definitionOf(draft, given.name.trim()),
    ...(given.hosts && { hosts: given.hosts }),
    ...(given.readOnly && { readOnly: true }),
    ...(given.production && { production: true }),
    ...(given.color && { color: given.color }),
  };
  await store.add(definition, draft);
  if (topology?.clusterState === 'none') {
    const create = { label: vscode.l10n.t('Create a Cluster…'), run: () => offerCreate(definition) };
    prompts.tell(vscode.l10n.t('{0} is added. Its nodes are not a cluster yet.', definition.name), create);
  }
  return definition.id;
}

function offerCreate(definition: ClusterDefinition): Thenable<unknown> {
  return vscode.commands.executeCommand('redisCluster.createCluster', {
    nodes: definition.nodes,
    clusterId: definition.id,
  });
}
