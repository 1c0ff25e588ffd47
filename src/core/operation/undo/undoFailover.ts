import { settleEach } from '../steps/eachNode';
import { lookAt } from '../steps/nodeSight';
import { whatOf } from '../whatOf';
import type { UndoContext, UndoResult } from './types';

/** Puts nothing back: roles that changed hands are not taken back by a second failover. Tells what they are now. Never throws. */
export async function undoFailover({ plan, nodes, report }: UndoContext): Promise<UndoResult> {
  const step = plan.steps.find(({ kind }) => kind === 'failOver');
  if (step?.kind !== 'failOver') return { notes: [], settled: true };
  report('Looking at the roles.');
  const members = [step.replica, step.master];
  const sights = await settleEach(members, node => lookAt(node, nodes));
  const notes = sights.map((sight, index) => {
    const { address } = members[index]!;
    if (sight.status === 'rejected') return `What ${address} is now could not be asked. ${whatOf(sight.reason)}`;
    const { own, lines } = sight.value;
    if (own.flags.includes('master'))
      return `${address} is a master with ${own.slots.isEmpty ? 'no slots' : `the slots ${own.slots.toString()}`}.`;
    const master = lines.find(({ id }) => id === own.masterId);
    return `${address} is a replica of ${master ? `${master.host}:${master.port}` : own.masterId}.`;
  });
  return { notes: ['Roles are left as they are.', ...notes], settled: true };
}
