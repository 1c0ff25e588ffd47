import * as vscode from 'vscode';
import type { ClusterNode } from '../../core/index';
import type { Choice } from '../prompts';
import type { ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { holdingsOf } from './masterChoices';

/**
 * What a command may be given to say where to act: an argument object of a keybinding or test, a row of the tree, or
 * the context of a node in the topology page. `node` is an id or `host:port`.
 */
export interface TargetArgument {
  clusterId?: string;
  nodeId?: string;
  node?: string;
}

/** Reads any of the three forms; unknown shapes give an empty target, so that the command asks. */
export function targetOf(argument: unknown): TargetArgument {
  if (typeof argument !== 'object' || argument === null) return {};
  const { clusterId, nodeId, node } = argument as Record<string, unknown>;
  return {
    ...(typeof clusterId === 'string' && { clusterId }),
    ...(typeof nodeId === 'string' && { nodeId }),
    ...(typeof node === 'string' && { node }),
  };
}

/** Which clusters a command is for; `change`: those that are not read-only, of which it says so in words. */
export type ClusterFilter = 'change' | ((session: ClusterSession) => boolean);

/** Throws an Error in words when the cluster offers no change. */
export function refuseReadOnly({ definition }: Pick<ClusterSession, 'definition'>): void {
  if (definition.readOnly)
    throw new Error(
      vscode.l10n.t(
        '{0} is marked as read-only: nothing was changed. "Edit Cluster" takes the mark away.',
        definition.name,
      ),
    );
}

/** The cluster an argument names, the only one there is, or the one the user picks. */
export async function resolveCluster(
  { store, prompts }: CommandDependencies,
  argument: unknown,
  title: string,
  filter: ClusterFilter = () => true,
): Promise<ClusterSession | undefined> {
  const { clusterId } = targetOf(argument);
  if (clusterId !== undefined) {
    const session = store.get(clusterId);
    if (!session) throw new Error(vscode.l10n.t('There is no cluster "{0}" any more.', clusterId));
    if (filter === 'change') refuseReadOnly(session);
    return session;
  }
  const candidates = store.sessions.filter(filter === 'change' ? isChangeable : filter);
  if (candidates.length === 0) {
    if (filter === 'change' && store.sessions.length > 0) throw new Error(onlyReadOnlyText());
    throw new Error(vscode.l10n.t('There is no cluster this can be done with yet.'));
  }
  if (candidates.length === 1) return candidates[0];
  const choices = candidates.map(session => ({
    label: session.definition.name,
    // Two of them may have one name.
    description: session.definition.nodes[0] ?? '',
    value: session,
  }));
  return prompts.pick(choices, title, vscode.l10n.t('Which cluster?'));
}

export interface NodeTarget {
  session: ClusterSession;
  node: ClusterNode;
}

/** The node an argument names, or the one the user picks among those that fit. */
export async function resolveNode(
  dependencies: CommandDependencies,
  argument: unknown,
  title: string,
  filter: (node: ClusterNode, session: ClusterSession) => boolean = () => true,
  clusterFilter: ClusterFilter = () => true,
): Promise<NodeTarget | undefined> {
  const session = await resolveCluster(dependencies, argument, title, clusterFilter);
  if (!session) return undefined;
  if (!session.topology) await session.lookNow();
  const nodes = session.topology?.nodes ?? [];
  const { nodeId, node: name } = targetOf(argument);
  const wanted = nodeId ?? name;
  if (wanted !== undefined) {
    const node = nodes.find(candidate => candidate.id === wanted || candidate.address === wanted);
    if (!node) throw new Error(vscode.l10n.t('"{0}" is not a node of {1} any more.', wanted, session.definition.name));
    return { session, node };
  }
  const choices = nodes.filter(node => filter(node, session)).map(nodeChoice);
  if (choices.length === 0)
    throw new Error(vscode.l10n.t('No node of {0} is in a state for this.', session.definition.name));
  const node = await dependencies.prompts.pick(choices, title, vscode.l10n.t('Which node?'));
  return node && { session, node };
}

function isChangeable({ definition }: ClusterSession): boolean {
  return !definition.readOnly;
}

function onlyReadOnlyText(): string {
  return vscode.l10n.t('Every cluster in the list is marked as read-only: there is none this may be done with.');
}

function nodeChoice(node: ClusterNode): Choice<ClusterNode> {
  const role = node.status === 'spare' ? vscode.l10n.t('spare') : node.role;
  const held = node.role === 'master' && node.inCluster ? holdingsOf(node) : [];
  const description = [role, node.status, ...held, node.hostLabel].join(' · ');
  return { label: node.address, description, value: node };
}
