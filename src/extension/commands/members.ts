import * as vscode from 'vscode';
import {
  planAddNode,
  planMoveReplica,
  planRemoveNode,
  planReplaceNode,
  type ClusterNode,
  type OperationResult,
  type Topology,
} from '../../core/index';
import type { Choice } from '../prompts';
import type { ClusterSession } from '../sessions/types';
import { roleOf } from '../tree/contextWords';
import { delistNode, isOnlyListed } from './delistNode';
import type { CommandDependencies } from './dependencies';
import { drain } from './balanceSlots';
import { planAndRun } from './planAndRun';
import { resolveNode, type NodeTarget } from './target';

type Ask = (dependencies: CommandDependencies, argument: unknown) => Promise<OperationResult | undefined>;

type JoiningRole = 'spare' | 'replica' | 'master';

/** Puts a spare in the place of a node, dead or alive. Argument: `{ clusterId, node, spare? }`. */
export const replaceNode: Ask = async (dependencies, argument) => {
  const target = await resolve(dependencies, argument, vscode.l10n.t('Replace Node'), node => roleOf(node) !== 'spare');
  if (!target) return undefined;
  const { session, node } = target;
  const spares = sparesOf(session.topology).filter(({ id }) => id !== node.id);
  const named = textOf(argument, 'spare');
  const chosen =
    named !== undefined || spares.length < 2
      ? { spare: named }
      : await dependencies.prompts.pick(
          spareChoices(spares),
          vscode.l10n.t('Replace {0}', node.address),
          vscode.l10n.t('Which spare takes its place?'),
        );
  if (!chosen) return undefined;
  const { spare } = chosen;
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Replace'),
    plan: topology => planReplaceNode(topology, { node: node.id, ...(spare !== undefined && { spare }) }),
  });
};

/**
 * Lets a spare join, or empties a node that its cluster has forgotten, so that it stands by. Argument:
 * `{ clusterId, node, as?, master? }`; `given`: the role, where the command itself says it.
 */
export async function addNode(
  dependencies: CommandDependencies,
  argument: unknown,
  given?: JoiningRole,
): Promise<OperationResult | undefined> {
  const standsBy = (node: ClusterNode): boolean => roleOf(node) === 'spare' && node.reachable;
  const isAlone = (node: ClusterNode): boolean => node.reachable && node.seenBy.every(id => id === node.id);
  const fits = given === 'spare' ? isAlone : standsBy;
  const target = await resolve(dependencies, argument, vscode.l10n.t('Add Node'), fits);
  if (!target) return undefined;
  const { session, node } = target;
  if (!node.reachable)
    throw new Error(vscode.l10n.t('{0} does not answer, so it cannot join: start it first.', node.address));
  // Empty already: only the supervisor has to know.
  if (given === 'spare' && standsBy(node) && dependencies.supervision.enlist(session.definition, node.address)) {
    dependencies.log.info('supervisor', `${session.definition.name}: ${node.address} stands by again.`);
    return undefined;
  }
  const role = given ?? roleArgument(argument) ?? (await chooseRole(dependencies, node));
  if (!role) return undefined;
  const master =
    textOf(argument, 'master') ?? (role === 'replica' ? await chooseMaster(dependencies, target, true) : '');
  if (master === undefined) return undefined;
  return planAndRun(dependencies, session, {
    verb: role === 'spare' ? vscode.l10n.t('Add as Spare') : vscode.l10n.t('Add'),
    plan: topology => planAddNode(topology, { node: node.id, as: role, ...(master !== '' && { master }) }),
  });
}

/**
 * Takes a node out of the cluster; a master with slots gives them to the others first. One that is in none, but in the list,
 * is taken off that. Argument: `{ clusterId, node }`.
 */
export const removeNode: Ask = async (dependencies, argument) => {
  const target = await resolve(
    dependencies,
    argument,
    vscode.l10n.t('Remove Node'),
    (node, { definition }) => node.inCluster || isOnlyListed(node, definition),
  );
  if (!target) return undefined;
  const { session, node } = target;
  if (isOnlyListed(node, session.definition)) {
    await delistNode(dependencies, session, node);
    return undefined;
  }
  if (node.reachable && node.role === 'master' && !node.slots.isEmpty) {
    const emptied = await drain(dependencies, { clusterId: session.definition.id, node: node.id });
    // Whoever turns the first plan down has not asked for the second.
    if (emptied?.outcome !== 'completed') return emptied;
  }
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Remove'),
    plan: topology => planRemoveNode(topology, { node: node.id }),
  });
};

/** Lets a replica follow another master. Argument: `{ clusterId, node, master? }`. */
export const moveReplica: Ask = async (dependencies, argument) => {
  const title = vscode.l10n.t('Replicate Another Master');
  const target = await resolve(dependencies, argument, title, node => node.role === 'replica');
  if (!target) return undefined;
  const master = textOf(argument, 'master') ?? (await chooseMaster(dependencies, target, false));
  if (!master) return undefined;
  return planAndRun(dependencies, target.session, {
    verb: vscode.l10n.t('Replicate'),
    plan: topology => planMoveReplica(topology, { replica: target.node.id, master }),
  });
};

function resolve(
  dependencies: CommandDependencies,
  argument: unknown,
  title: string,
  filter: (node: ClusterNode, session: ClusterSession) => boolean,
): Promise<NodeTarget | undefined> {
  return resolveNode(dependencies, argument, title, filter, 'change');
}

function textOf(argument: unknown, name: 'spare' | 'master'): string | undefined {
  const value = (argument as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function roleArgument(argument: unknown): JoiningRole | undefined {
  const { as } = (argument ?? {}) as { as?: unknown };
  return as === 'spare' || as === 'replica' || as === 'master' ? as : undefined;
}

function chooseRole({ prompts }: CommandDependencies, node: ClusterNode): Promise<JoiningRole | undefined> {
  const choices: Choice<JoiningRole>[] = [
    { label: vscode.l10n.t('Replica'), description: vscode.l10n.t('of a master you choose'), value: 'replica' },
    { label: vscode.l10n.t('Master'), description: vscode.l10n.t('without slots yet'), value: 'master' },
  ];
  return prompts.pick(choices, vscode.l10n.t('Add {0}', node.address), vscode.l10n.t('As what shall it join?'));
}

/** The id of a master; empty: the one that needs a replica most. */
function chooseMaster(
  { prompts }: CommandDependencies,
  { session: { topology }, node }: NodeTarget,
  offersNeediest: boolean,
): Promise<string | undefined> {
  const shards = (topology?.shards ?? []).filter(
    ({ masterId }) => masterId !== undefined && masterId !== node.masterId,
  );
  const nodesById = new Map(topology?.nodes.map(each => [each.id, each]));
  const choices = shards.flatMap(({ masterId, replicaIds, slots }): Choice<string>[] => {
    const master = nodesById.get(masterId!);
    if (!master) return [];
    const replicas =
      replicaIds.length === 1 ? vscode.l10n.t('1 replica') : vscode.l10n.t('{0} replicas', replicaIds.length);
    const serves = slots.isEmpty ? vscode.l10n.t('no slots') : vscode.l10n.t('slots {0}', slots.toString());
    return [{ label: master.address, description: [serves, replicas, master.hostLabel].join(' · '), value: master.id }];
  });
  const neediest = { label: vscode.l10n.t('$(star-full) The one that needs it most'), value: '' };
  return prompts.pick(
    offersNeediest ? [neediest, ...choices] : choices,
    node.address,
    vscode.l10n.t('Which master shall it follow?'),
  );
}

function sparesOf(topology: Topology | undefined): ClusterNode[] {
  return topology?.nodes.filter(node => roleOf(node) === 'spare' && node.reachable) ?? [];
}

function spareChoices(spares: readonly ClusterNode[]): Choice<{ spare: string | undefined }>[] {
  return [
    { label: vscode.l10n.t('$(star-full) The one that fits best'), value: { spare: undefined } },
    ...spares.map(({ id, address, hostLabel }) => ({ label: address, description: hostLabel, value: { spare: id } })),
  ];
}
