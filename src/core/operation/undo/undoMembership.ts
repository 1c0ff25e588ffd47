import type { NodeRef } from '../../plan/types';
import { hasTakenOver } from '../steps/failoverState';
import { planNodesOf } from '../planNodes';
import { lookAtMembers } from '../steps/lookAtMembers';
import { lookAtSelf, lookAtSelfLoaded } from '../steps/selfSight';
import { takeBackJoiner } from './takeBackJoiner';
import { tellRoles } from './tellRoles';
import type { UndoContext, UndoResult } from './types';
import { undoSettings } from './undoSettings';

/**
 * Takes a change of members back while that is possible: settings first, then every node that joined is emptied again, which
 * loses nothing but its copy, and all forget it. After a node has handed over, was emptied or was forgotten there is no way
 * back but the way on: what is true then is told. Replicas that were moved stay where they are. Never throws.
 */
export async function undoMembership(context: UndoContext): Promise<UndoResult> {
  // Who came back at another address is found by that.
  await lookAtMembers(planNodesOf(context.plan), context);
  const settings = await undoSettings(context);
  const past = await whyPastReturn(context);
  const parts = past === undefined ? await takeBack(context) : [await tellState(past, context)];
  return {
    notes: [...settings.notes, ...parts.flatMap(({ notes }) => notes)],
    settled: settings.settled && parts.every(({ settled }) => settled),
  };
}

/** Why nothing can be taken back any more, a whole sentence; undefined when it can. */
async function whyPastReturn({ plan, nodes, record }: UndoContext): Promise<string | undefined> {
  for (const [index, step] of plan.steps.entries()) {
    if (!record.hasStarted(index)) continue;
    if (step.kind === 'forget' || step.kind === 'resetNode') {
      const why = await whyLeaving(step.node, record.hasFinished(index), { plan, nodes });
      if (why !== undefined) return why;
    }
    if (step.kind !== 'failOver') continue;
    try {
      if (hasTakenOver((await lookAtSelfLoaded(step.replica, nodes)).own, step)) return pastReturn;
    } catch {
      return unknownOf(step.replica);
    }
  }
  return undefined;
}

const pastReturn = 'It had gone too far to be taken back, and nothing was.';

/** Then nothing is emptied: it could be the last copy. */
function unknownOf({ address }: NodeRef): string {
  return `Whether it had gone too far to be taken back cannot be told, for ${address} does not answer: nothing was.`;
}

/** A step that refused to begin has changed nothing: the node is as it was, and everybody still lists it. */
async function whyLeaving(
  { id, address }: NodeRef,
  isDone: boolean,
  { plan, nodes }: Pick<UndoContext, 'plan' | 'nodes'>,
): Promise<string | undefined> {
  if (isDone) return pastReturn;
  const wasDead = plan.before.nodes.find(node => node.id === id)?.reachable === false;
  if (!wasDead) {
    const own = await lookAtSelf({ id, address }, nodes).then(
      sight => sight.own,
      () => undefined,
    );
    if (!own) return unknownOf({ id, address });
    if (own.id !== id) return pastReturn;
  }
  for (const viewer of plan.before.nodes) {
    if (viewer.id === id || viewer.role === 'spare') continue;
    const sight = await lookAtSelf(viewer, nodes).catch(() => undefined);
    if (sight && sight.own.id === viewer.id && !sight.others.some(line => line.id === id)) return pastReturn;
  }
  return undefined;
}

async function tellState(why: string, context: UndoContext): Promise<UndoResult> {
  const { plan } = context;
  const changed = plan.before.nodes.filter(before => {
    const after = plan.after.nodes.find(({ id }) => id === before.id);
    return !after || after.role !== before.role || after.master !== before.master;
  });
  const told = await tellRoles(
    changed.filter(({ reachable }) => reachable !== false),
    context,
  );
  const notes = [why, ...told, `What remains: plan the same again, which goes on from here.`];
  return { notes, settled: true };
}

async function takeBack(context: UndoContext): Promise<UndoResult[]> {
  const joiners = context.record.ownNodes().map(({ node }) => node);
  const parts: UndoResult[] = [];
  for (const joiner of joiners) parts.push(await takeBackJoiner(joiner, context));
  const moved = context.plan.steps.flatMap((step, index) =>
    step.kind === 'replicate' && context.record.hasStarted(index)
      ? step.replicas.map(({ node }) => node).filter(({ id }) => !joiners.some(joiner => joiner.id === id))
      : [],
  );
  if (moved.length > 0) {
    const notes = ['Replicas are left where they are.', ...(await tellRoles(moved, context))];
    parts.push({ notes, settled: true });
  }
  return parts;
}
