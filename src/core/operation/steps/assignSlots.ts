import type { NodeConnection } from '../../connection/types';
import type { NodeRef } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { OperationError } from '../operationError';
import { fanOut } from './fanOut';
import { lookAt } from './nodeSight';
import { isNotAvailable } from './replies';
import type { ManagedNodes, RunStep } from './types';

/** Gives every master its slots; what it has of them already stays. */
export const assignSlots: RunStep<'assignSlots'> = async ({ assignments }, context) => {
  const { nodes, report } = context;
  report(`Assigning slots to ${assignments.length} masters.`);
  await fanOut(assignments, context, ({ node, slots }) => assignTo(node, SlotSet.parse(slots), nodes));
};

async function assignTo(node: NodeRef, wanted: SlotSet, nodes: ManagedNodes): Promise<void> {
  const { own } = await lookAt(node, nodes);
  refuseOtherSlots(node, own.slots, wanted);
  const missing = wanted.difference(own.slots);
  if (missing.isEmpty) return;
  await addSlots(nodes.node(node.address), missing);
  const after = await lookAt(node, nodes);
  if (!after.own.slots.equals(wanted)) {
    const what = `${node.address} accepted the slots ${missing.toString()} but now owns ${after.own.slots.toString() || 'none'}.`;
    throw new OperationError('slotsDiffer', what, { node: node.address });
  }
}

function refuseOtherSlots(node: NodeRef, owned: SlotSet, wanted: SlotSet): void {
  const foreign = owned.difference(wanted);
  if (foreign.isEmpty) return;
  const what = `${node.address} owns the slots ${foreign.toString()}, which the plan does not give it.`;
  throw new OperationError('slotsDiffer', what, { node: node.address });
}

// ADDSLOTSRANGE came with 7.0; before it every slot is an argument of its own.
async function addSlots(connection: NodeConnection, slots: SlotSet): Promise<void> {
  const ranges = slots.ranges().flatMap(({ start, end }) => [start, end]);
  try {
    await connection.command(['CLUSTER', 'ADDSLOTSRANGE', ...ranges]);
  } catch (error) {
    if (!isNotAvailable(error)) throw error;
    await connection.command(['CLUSTER', 'ADDSLOTS', ...slots]);
  }
}
