import type { NodeRef } from '../../plan/types';
import { tellRoles } from './tellRoles';
import type { UndoContext, UndoResult } from './types';
import { undoSettings } from './undoSettings';

/**
 * Puts nothing back but settings: roles that changed hands are not taken back by a second failover, nor replicas that moved by
 * a second copy. Tells what those are now that the steps begun were about. Never throws.
 */
export async function undoFailover(context: UndoContext): Promise<UndoResult> {
  const settings = await undoSettings(context);
  const nodes = nodesBegun(context);
  if (nodes.length === 0) return settings;
  context.report('Looking at the roles.');
  const notes = [...settings.notes, 'Roles are left as they are.', ...(await tellRoles(nodes, context))];
  return { notes, settled: settings.settled };
}

function nodesBegun({ plan, record }: UndoContext): NodeRef[] {
  const begun = plan.steps.filter((_, index) => record.hasStarted(index));
  const nodes = begun.flatMap(step => {
    if (step.kind === 'failOver') return [step.replica, step.master];
    return step.kind === 'replicate' ? step.replicas.map(({ node }) => node) : [];
  });
  return nodes.filter(({ id }, index) => nodes.findIndex(node => node.id === id) === index);
}
