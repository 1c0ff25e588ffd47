import type { NodeRef } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { count } from '../../topology/wording';
import { OperationError } from '../operationError';
import { eachNode } from './eachNode';
import { lookAt } from './nodeSight';
import { setSlots, slotsCommand } from './ownSlots';
import { throwRefusals } from './replies';
import type { RunStep, StepContext, StepOf } from './types';

type Release = StepOf<'releaseSlots'>['releases'][number];

/**
 * Lets masters give up slots in favour of another one, by their own word: one that lost them to a newer epoch would delete
 * their keys (cluster_legacy.c, clusterUpdateSlotsConfigWith). Only while the other one claims them.
 * Throws an OperationError `slotsChanged`.
 */
export const releaseSlots: RunStep<'releaseSlots'> = async ({ releases }, context) => {
  context.report(`Letting go of slots at ${count(releases.length, 'master')}.`);
  await eachNode(releases, release => letGo(release, context));
};

async function letGo({ node, owner, slots }: Release, { nodes }: StepContext): Promise<void> {
  const wanted = SlotSet.parse(slots);
  const unowned = wanted.difference((await lookAt(owner, nodes)).own.slots);
  if (!unowned.isEmpty) throw changed(owner, `does not claim ${unowned.toString()} any more`);
  const claimed = (await lookAt(node, nodes)).own.slots.intersection(wanted);
  if (!claimed.isEmpty) {
    throwRefusals(await nodes.node(node.address).pipeline([await slotsCommand('DELSLOTS', claimed, node, nodes)]));
    await setSlots(node, claimed, ['NODE', owner.id], nodes);
  }
  const { own } = await lookAt(node, nodes);
  const still = own.slots.intersection(wanted);
  if (still.isEmpty) return;
  throw changed(node, `was told to give up ${still.toString()} and still claims it`);
}

function changed({ address }: NodeRef, what: string): OperationError {
  return new OperationError('slotsChanged', `${address} ${what}.`, {
    node: address,
    remedy: 'Look at the slots again, and plan anew.',
  });
}
