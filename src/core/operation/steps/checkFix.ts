import { sayingsHash } from '../../plan/fix/sayings';
import { count, joinSome } from '../../plan/phrases';
import { SlotSet } from '../../topology/slotSet';
import { sayingsOf } from '../inspect/slotSayings';
import { OperationError } from '../operationError';
import { eachNode } from './eachNode';
import { lookAtMembers } from './lookAtMembers';
import { runningMigrations } from './runningMigrations';
import type { RunStep } from './types';

/**
 * Looks whether the slots are as they were when the fix was planned: somebody else may move them just now. After an
 * interruption they are as that left them. Throws an OperationError `slotsChanged` or `migrationRunning`.
 */
export const checkFix: RunStep<'checkFix'> = async ({ nodes, slots, sayings }, context) => {
  context.report(`Looking at ${count(nodes.length, 'node')}.`);
  const { views, topology } = await lookAtMembers(nodes, context);
  const masters = topology.nodes.filter(({ id, role }) => role === 'master' && views.has(id));
  const running = await eachNode(masters, node => runningMigrations(node, views.get(node.id), context.nodes));
  const [first] = running.flat();
  if (first)
    throw new OperationError('migrationRunning', `Slots are on their way: ${first.text}.`, {
      remedy: 'Wait until they have moved, then look at the slots again.',
    });
  if (context.mode === 'resume' || slots === '') return;
  if (sayingsHash(sayingsOf(SlotSet.parse(slots), views)) === sayings) return;
  throw new OperationError(
    'slotsChanged',
    `The slots ${joinSome(slots.split(','))} are no longer as they were when this fix was planned: they changed owner, or were opened or closed.`,
    { remedy: 'If somebody moves slots just now, let them finish; then look at the slots again and plan anew.' },
  );
};
