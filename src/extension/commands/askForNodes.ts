import * as vscode from 'vscode';
import { chooseNodes, PlanError, type NodeChoice, type Topology } from '../../core/index';
import type { Prompts } from '../prompts';
import { targetOf } from './target';

/** The nodes an argument names (`nodes`, or the one of a menu), or those a person chooses. */
export async function askForNodes(
  prompts: Prompts,
  topology: Topology,
  argument: unknown,
  title: string,
): Promise<NodeChoice | undefined> {
  const given = givenNodes(argument);
  if (given !== undefined) return given;
  const groups = (['all', 'masters', 'replicas'] as const).flatMap(group => {
    const nodes = nodesOf(topology, group);
    const description = vscode.l10n.t('{0} nodes', nodes.length);
    return nodes.length === 0 ? [] : [{ label: labelOf(group), description, value: group }];
  });
  const one = { label: vscode.l10n.t('Choose…'), description: '', value: undefined };
  const chosen = await prompts.pick([...groups, one].map(wrap), title, vscode.l10n.t('On which nodes?'));
  if (chosen === undefined || chosen.value !== undefined) return chosen?.value;
  const choices = nodesOf(topology, 'all').map(({ id, address, role, status, hostLabel }) => ({
    label: address,
    description: `${role} · ${status} · ${hostLabel}`,
    value: id,
  }));
  const ids = await prompts.pickMany(choices, title, vscode.l10n.t('On which nodes?'));
  return ids && ids.length > 0 ? ids : undefined;
}

// What is picked is an object, so that "Choose…" is told from turning away.
function wrap<Value>(choice: { label: string; description: string; value: Value }): {
  label: string;
  description: string;
  value: { value: Value };
} {
  return { ...choice, value: { value: choice.value } };
}

function givenNodes(argument: unknown): NodeChoice | undefined {
  const { nodes } = (argument ?? {}) as { nodes?: unknown };
  if (nodes === 'all' || nodes === 'masters' || nodes === 'replicas') return nodes;
  if (Array.isArray(nodes)) return nodes.map(String);
  const { nodeId, node } = targetOf(argument);
  const name = nodeId ?? node;
  return name === undefined ? undefined : [name];
}

function nodesOf(topology: Topology, group: 'all' | 'masters' | 'replicas'): ReturnType<typeof chooseNodes> {
  try {
    return chooseNodes(topology, group);
  } catch (error) {
    if (error instanceof PlanError) return [];
    throw error;
  }
}

function labelOf(group: 'all' | 'masters' | 'replicas'): string {
  switch (group) {
    case 'all':
      return vscode.l10n.t('All Nodes');
    case 'masters':
      return vscode.l10n.t('Masters');
    case 'replicas':
      return vscode.l10n.t('Replicas');
  }
}
