import type { NodeRef } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { count } from '../../topology/wording';
import { whatOf } from '../whatOf';
import { eachNode } from './eachNode';
import { fanOut } from './fanOut';
import { lookAt } from './nodeSight';
import { setSlots } from './ownSlots';
import type { RunStep, StepContext } from './types';

/** Slots a node claims by its own word. */
interface Owner {
  node: NodeRef;
  slots: SlotSet;
}

/** Tells masters that see another owner who owns slots now: gossip takes its time, and does not reach slots that are imported. */
export const tellOwners: RunStep<'tellOwners'> = async ({ nodes, owners }, context) => {
  context.report(`Telling ${count(nodes.length, 'master')}.`);
  const claimed = await eachNode(owners, async ({ node, slots }) => {
    const { own } = await lookAt(node, context.nodes);
    return { node, slots: SlotSet.parse(slots).intersection(own.slots) };
  });
  await fanOut(nodes, context, node => tell(node, claimed, context));
};

async function tell(node: NodeRef, owners: readonly Owner[], { nodes, note }: StepContext): Promise<void> {
  const { own, lines } = await lookAt(node, nodes);
  if (own.flags.includes('slave')) return;
  for (const { node: owner, slots } of owners) {
    const seen = lines.find(({ id }) => id === owner.id)?.slots ?? SlotSet.empty;
    // What it claims itself it gives up in another step, or not at all: it could hold the only keys.
    const unseen = slots.difference(seen).difference(own.slots);
    if (owner.id === node.id || unseen.isEmpty) continue;
    try {
      await setSlots(node, unseen, ['NODE', owner.id], nodes);
    } catch (error) {
      note(`${node.address} was not told that ${owner.address} owns ${unseen.toString()}: ${whatOf(error)}`);
    }
  }
}
