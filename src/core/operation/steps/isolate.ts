import type { NodeRef } from '../../plan/types';
import { formatAddress } from '../../topology/address';
import type { NodeLine } from '../../topology/types';
import { forgetEverywhere, type Forgetting } from './forgetEverywhere';
import { OperationError } from '../operationError';
import { resetHard } from './resetHard';
import { lookAtSelfLoaded, standsAlone } from './selfSight';
import type { ManagedNodes } from './types';

export interface Isolation {
  /** The node's id now; absent when it could not be emptied. */
  newId?: string;
  forgetting: Forgetting;
  /** Why it could not be emptied. */
  failure?: Error;
}

const mostRounds = 3;

/**
 * Empties a node and keeps it apart: a handshake that was in flight can have brought it, under its new id, back among
 * `others`, and Valkey 8.1 and newer then send it a MEET. So these forget whatever has its address too, and it is looked at
 * once more; an id that was banned so is changed, for the node shall be able to join again at once. Ids in `known` are let
 * be: other nodes that may have had the same address before. Throws like `forgetEverywhere`.
 */
export async function isolate(
  node: NodeRef,
  others: readonly NodeRef[],
  known: ReadonlySet<string>,
  nodes: ManagedNodes,
): Promise<Isolation> {
  const addresses = new Set([node, ...others].map(({ address }) => address));
  let newId: string | undefined;
  let isBanned = false;
  // Its old id can be left without an address.
  const isIt = (line: NodeLine): boolean =>
    !known.has(line.id) && (line.id === node.id || line.id === newId || formatAddress(line) === node.address);
  for (let round = 1; ; round++) {
    const emptied = await empty({ ...node, id: newId ?? node.id }, addresses, nodes, isBanned);
    if ('failure' in emptied) {
      // It answers and is in use: then nobody may forget it.
      const isInUse = emptied.failure instanceof OperationError;
      const forgetting = isInUse
        ? { silent: [], listing: [], banned: [] }
        : await forgetEverywhere(others, isIt, nodes);
      return { ...emptied, forgetting };
    }
    newId = emptied.id;
    const forgetting = await forgetEverywhere(others, isIt, nodes);
    const isAlone = await lookAtSelfLoaded(node, nodes).then(standsAlone, () => true);
    isBanned = forgetting.banned.includes(newId);
    if ((isAlone && !isBanned) || round === mostRounds) return { newId, forgetting };
  }
}

async function empty(
  node: NodeRef,
  addresses: ReadonlySet<string>,
  nodes: ManagedNodes,
  isBanned: boolean,
): Promise<{ id: string } | { failure: Error }> {
  try {
    const sight = await lookAtSelfLoaded(node, nodes);
    if (standsAlone(sight) && !isBanned) return { id: sight.own.id };
    if (sight.own.id !== node.id)
      throw new OperationError('otherNode', `Another node answers at ${node.address} now, and it is in use.`, {
        node: node.address,
        remedy: 'Plan anew from what is there.',
      });
    return { id: await resetHard(node, addresses, nodes) };
  } catch (error) {
    return { failure: error instanceof Error ? error : new Error(String(error)) };
  }
}
