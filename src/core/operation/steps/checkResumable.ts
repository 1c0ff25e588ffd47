import { count } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { OperationError } from '../operationError';
import { nodesOf } from '../planNodes';
import { eachNode } from './eachNode';
import { lookAtSelfLoaded } from './selfSight';
import type { StepContext } from './types';

/**
 * Refuses to go on with a creation when its nodes became something else since it was interrupted or paused: another id,
 * other neighbours, other slots, or keys where the plan expects none. Keys on a master with its planned slots, and on a
 * replica of its planned master, are users' writes to the half-made cluster and stay safe.
 */
export async function checkResumable(members: readonly NodeRef[], { plan, nodes, mode }: StepContext): Promise<void> {
  const known = new Set(nodesOf(plan).map(({ id }) => id));
  const changed = (node: NodeRef, how: string): OperationError =>
    new OperationError('nodesChanged', `${node.address} is not what the ${ended[mode]} operation left: ${how}.`, {
      node: node.address,
      remedy: remedies[mode],
    });
  await eachNode(members, async node => {
    const { own, others, info } = await lookAtSelfLoaded(node, nodes);
    if (own.id !== node.id) throw changed(node, `another node answers there now, its id is ${own.id}`);
    const planned = plan.after.nodes.find(({ id }) => id === node.id);
    const stranger = others.find(({ id, flags }) => !known.has(id) && !flags.includes('handshake'));
    if (stranger) throw changed(node, `it knows ${stranger.host}:${stranger.port}, which is not part of the plan`);
    if (!own.slots.difference(SlotSet.parse(planned?.slots ?? '')).isEmpty)
      throw changed(node, `it owns the slots ${own.slots.toString()}, which the plan does not give it`);
    const master = plan.after.nodes.find(({ address }) => address === planned?.master);
    if (own.masterId !== undefined && own.masterId !== master?.id)
      throw changed(node, 'it is a replica of another master than planned');
    if (info.keys > 0 && own.slots.isEmpty && own.masterId === undefined)
      throw changed(node, `it holds ${count(info.keys, 'key')} although it was empty`);
  });
}

const ended: Record<StepContext['mode'], string> = { run: 'paused', resume: 'interrupted' };

const remedies: Record<StepContext['mode'], string> = {
  run: 'See to the node, or leave it out, and plan anew.',
  resume: 'Roll the operation back (it resets only its own nodes, and none that holds keys), or see to the node first.',
};
