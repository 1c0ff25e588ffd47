import type { NodeRef } from '../../plan/types';
import type { NodeLine } from '../../topology/types';
import { OperationError } from '../operationError';

/** Why a node must be neither reset nor forgotten, as one viewer's lines tell: it has slots, or somebody follows it. */
export function whyStillNeeded(node: NodeRef, viewer: string, lines: readonly NodeLine[]): OperationError | undefined {
  const line = lines.find(({ id }) => id === node.id);
  if (line && !line.slots.isEmpty)
    return changed(node, 'hasSlots', `${viewer} sees ${node.address} with the slots ${line.slots.toString()}.`);
  const follower = lines.find(({ masterId }) => masterId === node.id);
  if (!follower) return undefined;
  const where = `${follower.host}:${follower.port}`;
  return changed(node, 'replicaFollows', `${viewer} sees ${where} as a replica of ${node.address}.`);
}

/** What the plan was made from no longer holds of a node. */
export function changed({ address }: NodeRef, code: string, what: string): OperationError {
  return new OperationError(code, what, { node: address, remedy: 'Plan anew from what the nodes say now.' });
}
