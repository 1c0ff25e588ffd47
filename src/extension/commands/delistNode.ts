import * as vscode from 'vscode';
import { formatAddress, type ClusterNode } from '../../core/index';
import type { ClusterDefinition, ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';

/** Whether a node is only looked at because its address is in the list: no cluster has it as a member. */
export function isOnlyListed(node: ClusterNode, definition: ClusterDefinition): boolean {
  const isKnown = node.inCluster || node.seenBy.some(id => id !== node.id);
  return !isKnown && [...definition.nodes, ...(definition.spares ?? [])].some(address => isOf(node, address));
}

/** Takes the address of such a node off the list, after a question. No server is touched, and it can be listed again. */
export async function delistNode(
  { prompts, store, log }: CommandDependencies,
  { definition }: ClusterSession,
  node: ClusterNode,
): Promise<void> {
  const { nodes: listed, spares = [], ...rest } = definition;
  const nodes = listed.filter(address => !isOf(node, address));
  if (nodes.length === 0)
    throw new Error(
      vscode.l10n.t(
        '{0} is the only address {1} is known by. Enter another one with "Edit Cluster" first.',
        node.address,
        definition.name,
      ),
    );
  const agreed = await prompts.confirm({
    question: vscode.l10n.t('Take {0} off the list of {1}?', node.address, definition.name),
    detail: vscode.l10n.t(
      'It is not looked at any more and stands by no more. Its server and its data stay as they are; "Add Spare" lists it again.',
    ),
    verb: vscode.l10n.t('Remove'),
    harmless: true,
  });
  if (!agreed) return;
  const left = spares.filter(address => !isOf(node, address));
  const session = await store.update({ ...rest, nodes, ...(left.length > 0 && { spares: left }) });
  log.info('store', `${node.address} was taken off the list of ${definition.name}.`);
  await session.lookNow();
}

function isOf({ address, hostname, port }: ClusterNode, listed: string): boolean {
  return listed === address || (hostname !== undefined && listed === formatAddress({ host: hostname, port }));
}
