import { SlotSet } from '../../topology/slotSet';
import { count } from '../../topology/wording';
import { OperationError } from '../operationError';
import { eachNode } from './eachNode';
import { lookAt } from './nodeSight';
import { setSlots } from './ownSlots';
import { poll } from '../../connection/poll';
import type { RunStep, StepContext, StepOf } from './types';

type Closing = StepOf<'closeSlots'>['closings'][number];

/** A replica hears of it from its master. */
const deadlineMilliseconds = 10_000;

/** Closes slots (CLUSTER SETSLOT STABLE) where they are open still. Throws an OperationError `stillOpen`. */
export const closeSlots: RunStep<'closeSlots'> = async ({ closings }, context) => {
  context.report(`Closing slots at ${count(closings.length, 'node')}.`);
  await eachNode(closings, closing => close(closing, context));
};

async function close({ node, via = node, slots }: Closing, { nodes, signal }: StepContext): Promise<void> {
  const wanted = SlotSet.parse(slots);
  const openNow = async (): Promise<SlotSet> =>
    SlotSet.of((await lookAt(node, nodes)).own.openSlots.map(({ slot }) => slot)).intersection(wanted);
  let open = await openNow();
  if (open.isEmpty) return;
  // Another node at its address would close slots of its own.
  if (via.id !== node.id) await lookAt(via, nodes);
  await setSlots(via, open, ['STABLE'], nodes);
  const closed = await poll(
    async () => {
      open = await openNow();
      return open.isEmpty ? true : undefined;
    },
    { signal, timeoutMilliseconds: deadlineMilliseconds },
  );
  if (closed) return;
  throw new OperationError('stillOpen', `${node.address} still calls ${open.toString()} open.`, {
    node: node.address,
    remedy:
      via === node
        ? 'Look at the slots again, and plan anew.'
        : `Look at its link to its master ${via.address}; CLUSTER REPLICATE of another master and back closes its slots, too.`,
  });
}
