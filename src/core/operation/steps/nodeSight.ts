import type { Reply } from '../../connection/types';
import type { NodeRef } from '../../plan/types';
import { isOwn } from '../../topology/ownLine';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import type { SlotTextCache } from '../../topology/slotTextCache';
import type { NodeLine } from '../../topology/types';
import { OperationError } from '../operationError';
import { isLoading, textOf } from './replies';
import type { ManagedNodes } from './types';

/** What one node says of itself and of the others. */
export interface NodeSight {
  node: NodeRef;
  own: NodeLine;
  lines: readonly NodeLine[];
}

/** Asks a node for CLUSTER NODES. Throws an OperationError `otherNode` when another node answers at the address. */
export async function lookAt(node: NodeRef, nodes: ManagedNodes): Promise<NodeSight> {
  return sightOf(node, await nodes.node(node.address).command(['CLUSTER', 'NODES']));
}

/** The same; undefined while the node reads its data in and cannot say. */
export async function lookUnlessLoading(
  node: NodeRef,
  nodes: ManagedNodes,
  cache?: SlotTextCache,
): Promise<NodeSight | undefined> {
  try {
    return sightOf(node, await nodes.node(node.address).command(['CLUSTER', 'NODES']), cache);
  } catch (error) {
    if (!isLoading(error)) throw error;
    return undefined;
  }
}

/** Reads a reply to CLUSTER NODES. Throws like `lookAt`; `cache` may be shared by the nodes of a cluster. */
export function sightOf(node: NodeRef, reply: Reply | Error | undefined, cache?: SlotTextCache): NodeSight {
  const lines = parseClusterNodes(textOf(reply, node.address, 'CLUSTER NODES'), node.address, cache);
  const own = lines.find(isOwn);
  if (own?.id !== node.id) {
    const what = `Another node answers at ${node.address} now: its id is ${own?.id ?? 'unknown'}, not ${node.id}.`;
    throw new OperationError('otherNode', what, { node: node.address, remedy: 'Plan anew from what is there.' });
  }
  return { node, own, lines };
}
