import * as vscode from 'vscode';
import { planCreate, PlanError, type CreateRequest, type Plan, type Topology } from '../../core/index';
import { askName } from '../clusterList/askName';
import { nameFault } from '../clusterList/nameFault';
import { faultOf } from '../faultOf';
import type { Choice, Prompts } from '../prompts';
import type { ClusterDefinition, ClusterSession } from '../sessions/types';
import { parseHostLabels } from './addressList';
import { definitionOf, draftOf, lookOnce, type ConnectionDraft } from './askConnection';
import type { CommandDependencies } from './dependencies';
import { unfinishedOn } from './operations';
import { confirmPlan, runPlan } from './runPlan';
import { refuseReadOnly } from './target';
import { typeName } from './typeName';
import { typeNodes } from './typeNodes';

export interface CreateClusterArgument {
  /** `host:port` of every node to use. */
  nodes?: string[];
  name?: string;
  replicasPerMaster?: number;
  masters?: number;
  /** Fewer than 3 masters: no automatic failover. */
  allowFewMasters?: boolean;
  /** `host:port` -> label of its failure domain. */
  hosts?: Record<string, string>;
  username?: string;
  password?: string;
  tls?: NonNullable<ClusterDefinition['tls']>;
  addressMap?: Record<string, string>;
  /** An entry of the list these nodes already have. */
  clusterId?: string;
  /** The plan was shown and agreed to elsewhere: do not ask. */
  confirmed?: boolean;
}

/** Makes a cluster of empty nodes: asks what the argument leaves open, shows the plan, runs it and lists the cluster. */
export async function createCluster(dependencies: CommandDependencies, argument: unknown): Promise<string | undefined> {
  const given = (argument ?? {}) as CreateClusterArgument;
  const title = vscode.l10n.t('Create a Cluster');
  const { store, prompts } = dependencies;
  const isListed = store.sessions.some(({ definition }) => definition.id === given.clusterId);
  const fault = isListed || given.name === undefined ? undefined : nameFault(given.name, store.sessions);
  if (fault !== undefined) throw new Error(vscode.l10n.t('{0} Nothing was created.', fault));
  const found = await findNodes(dependencies, given, title);
  if (!found) return undefined;
  const { draft, topology, session: known } = found;
  const holders = holdersOf(store.sessions, topology, known);
  for (const session of holders) refuseReadOnly(session);
  const hosts = given.hosts ?? (given.nodes ? {} : await askHosts(prompts, title, draft.nodes));
  if (!hosts) return undefined;
  const plan = await planWithAnswers(dependencies, given, title, topology, draft.nodes, hosts);
  if (!plan) return undefined;
  const name =
    known?.definition.name ??
    given.name?.trim() ??
    (await askName(prompts, store.sessions, title, draft.nodes[0] ?? ''));
  if (name === undefined) return undefined;
  if (!given.confirmed && !(await confirmPlan(dependencies, plan, vscode.l10n.t('Create')))) return undefined;
  const marked = holders.find(({ definition }) => definition.production)?.definition;
  if (marked && !(await typeName(prompts, title, marked))) return undefined;
  const session = known ?? (await addToList(dependencies, draft, hosts, name));
  try {
    const { outcome } = await runPlan(dependencies, session, plan);
    if (outcome === 'cancelled') {
      if (!known) await store.remove(session.definition.id);
      return undefined;
    }
  } catch (error) {
    // Rolled back: a cluster that does not exist has no place in the list. What is half done needs its password there.
    const isLeft = (await unfinishedOn(dependencies, draft.nodes)).length > 0;
    if (!known && !isLeft) await store.remove(session.definition.id);
    throw error;
  }
  dependencies.topologyPanels.show(session.definition.id);
  return session.definition.id;
}

// Whoever lists a node may have marked it.
function holdersOf(
  sessions: readonly ClusterSession[],
  { nodes }: Topology,
  known: ClusterSession | undefined,
): ClusterSession[] {
  const ids = new Set(nodes.map(({ id }) => id));
  return sessions.filter(session => session === known || session.topology?.nodes.some(({ id }) => ids.has(id)));
}

interface FoundNodes {
  /** The entry of the list that holds them. */
  session?: ClusterSession;
  draft: ConnectionDraft;
  topology: Topology;
}

async function findNodes(
  dependencies: CommandDependencies,
  given: CreateClusterArgument,
  title: string,
): Promise<FoundNodes | undefined> {
  if (!given.nodes) return askNodes(dependencies, title, given.clusterId);
  const draft = draftOf(given, given.nodes);
  const session = given.clusterId === undefined ? undefined : dependencies.store.get(given.clusterId);
  if (session) return lookThrough(session, draft.nodes);
  return { draft, topology: await lookOnce(draft) };
}

async function askNodes(
  dependencies: CommandDependencies,
  title: string,
  clusterId: string | undefined,
): Promise<FoundNodes | undefined> {
  const { prompts, store } = dependencies;
  const known = knownEmptyNodes(store.sessions, clusterId);
  if (known.length > 0) {
    const session = await prompts.pick<ClusterSession | 'type'>(
      [
        ...known,
        { label: vscode.l10n.t('Type Addresses…'), description: vscode.l10n.t('other empty nodes'), value: 'type' },
      ],
      title,
      vscode.l10n.t('Of which nodes?'),
    );
    if (session === undefined) return undefined;
    if (session !== 'type') return pickKnown(dependencies, session, title);
  }
  return typeNodes(prompts, title);
}

function knownEmptyNodes(sessions: readonly ClusterSession[], clusterId: string | undefined): Choice<ClusterSession>[] {
  return sessions
    .filter(({ definition }) => clusterId === undefined || definition.id === clusterId)
    .flatMap(session => {
      const count = emptyNodesOf(session).length;
      const description = vscode.l10n.t('{0} empty nodes', count);
      return count === 0 ? [] : [{ label: session.definition.name, description, value: session }];
    });
}

function emptyNodesOf(session: ClusterSession): string[] {
  const nodes = session.topology?.nodes ?? [];
  return nodes.filter(node => node.status === 'spare' && !node.inCluster).map(node => node.address);
}

async function pickKnown(
  { prompts }: CommandDependencies,
  session: ClusterSession,
  title: string,
): Promise<FoundNodes | undefined> {
  const choices = emptyNodesOf(session).map(address => ({ label: address, picked: true, value: address }));
  const nodes = await prompts.pickMany(choices, title, vscode.l10n.t('Which nodes?'));
  if (!nodes || nodes.length === 0) return undefined;
  return lookThrough(session, nodes);
}

// The client that will run the plan must see what it was made from, spares that are left out included.
async function lookThrough(session: ClusterSession, nodes: string[]): Promise<FoundNodes> {
  const client = await session.client();
  return { session, draft: { nodes }, topology: await client.observe() };
}

async function askHosts(prompts: Prompts, title: string, nodes: string[]): Promise<Record<string, string> | undefined> {
  const text = await prompts.input({
    title,
    prompt: vscode.l10n.t(
      'Hosts or zones that fail together, as address=label. Leave empty to take each address as its own host.',
    ),
    placeholder: `${nodes[0]}=rack-1, ${nodes[1] ?? '…'}=rack-2`,
    validate: typed => faultOf(() => parseHostLabels(typed, nodes)),
  });
  return text === undefined ? undefined : parseHostLabels(text, nodes);
}

async function planWithAnswers(
  { prompts }: CommandDependencies,
  given: CreateClusterArgument,
  title: string,
  topology: Topology,
  nodes: string[],
  hosts: Record<string, string>,
): Promise<Plan | undefined> {
  const request = (replicasPerMaster: number, allowFewMasters: boolean): CreateRequest => ({
    replicasPerMaster,
    nodes,
    hosts,
    ...(given.masters !== undefined && { masters: given.masters }),
    ...(allowFewMasters && { allowFewMasters }),
  });
  let allowFewMasters = given.allowFewMasters ?? false;
  for (;;) {
    const replicas = given.replicasPerMaster ?? (await askReplicas(prompts, title, nodes.length));
    if (replicas === undefined) return undefined;
    try {
      return planCreate(topology, request(replicas, allowFewMasters));
    } catch (error) {
      if (given.replicasPerMaster !== undefined || !(error instanceof PlanError)) throw error;
      const few =
        error.code === 'tooFewMasters' ? [{ label: vscode.l10n.t('Create It Anyway'), value: 'few' as const }] : [];
      const again = { label: vscode.l10n.t('Choose Again'), value: 'again' as const };
      const next = await prompts.offer(error.message, [again, ...few]);
      if (next === undefined) return undefined;
      if (next === 'few') allowFewMasters = true;
    }
  }
}

async function askReplicas(prompts: Prompts, title: string, count: number): Promise<number | undefined> {
  // Fewer than three masters cannot elect a replacement: offered only where nothing else is possible.
  const most = Math.max(0, Math.min(5, Math.floor(count / 3) - 1));
  const choices = Array.from({ length: most + 1 }, (_, replicas) => {
    const masters = Math.floor(count / (replicas + 1));
    const spares = count - masters * (replicas + 1);
    const sparesText = spares > 0 ? ` · ${vscode.l10n.t('{0} left as spares', spares)}` : '';
    return {
      label: vscode.l10n.t('{0} per master', replicas),
      description: vscode.l10n.t('masters: {0}, replicas: {1}', masters, masters * replicas) + sparesText,
      value: replicas,
    };
  });
  // One replica first: what nearly everybody wants is what Enter takes.
  const ordered = [...choices.slice(1, 2), ...choices.slice(0, 1), ...choices.slice(2)];
  return prompts.pick(ordered, title, vscode.l10n.t('How many replicas?'));
}

async function addToList(
  { store }: CommandDependencies,
  draft: ConnectionDraft,
  hosts: Record<string, string>,
  name: string,
): Promise<ClusterSession> {
  const definition = { ...definitionOf(draft, name), ...(Object.keys(hosts).length > 0 && { hosts }) };
  return store.add(definition, draft);
}
