import type { NodeRef } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { parseServerInfo } from '../../topology/parseInfo';
import { OperationError } from '../operationError';
import { nodesOf } from '../planNodes';
import { eachNode } from './eachNode';
import { sightOf } from './nodeSight';
import { textOf } from './replies';
import type { StepContext } from './types';

/**
 * Refuses to go on with a creation when its nodes became something else since it was interrupted: another id, other
 * neighbours, other slots, or keys where the plan expects none. Keys on a master with its planned slots, and on a replica
 * of its planned master, are users' writes to the half-made cluster and stay safe.
 */
export async function checkResumable(members: readonly NodeRef[], context: StepContext): Promise<void> {
  const { plan, nodes } = context;
  const known = new Set(nodesOf(plan).map(({ id }) => id));
  await eachNode(members, async node => {
    const [lines, info] = await nodes.node(node.address).pipeline([['CLUSTER', 'NODES'], ['INFO']]);
    const { own, lines: others } = sightOf(node, lines);
    const { keys } = parseServerInfo(textOf(info), node.address);
    const planned = plan.after.nodes.find(({ id }) => id === node.id);
    const stranger = others.find(({ id, flags }) => !known.has(id) && !flags.includes('handshake'));
    if (stranger) throw changed(node, `it knows ${stranger.host}:${stranger.port}, which is not part of the plan`);
    if (!own.slots.difference(SlotSet.parse(planned?.slots ?? '')).isEmpty)
      throw changed(node, `it owns the slots ${own.slots.toString()}, which the plan does not give it`);
    const master = plan.after.nodes.find(({ address }) => address === planned?.master);
    if (own.masterId !== undefined && own.masterId !== master?.id)
      throw changed(node, 'it is a replica of another master than planned');
    if (keys > 0 && own.slots.isEmpty && own.masterId === undefined)
      throw changed(node, `it holds ${keys} keys although it was empty`);
  });
}

function changed(node: NodeRef, how: string): OperationError {
  return new OperationError('nodesChanged', `${node.address} is not what the interrupted operation left: ${how}.`, {
    node: node.address,
    remedy:
      'Roll the operation back (it resets only its own nodes, and none that holds keys), or see to the node first.',
  });
}
