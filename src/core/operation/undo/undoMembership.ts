import { count, joinSome } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import type { Forgetting } from '../steps/forgetEverywhere';
import { hasTakenOver } from '../steps/failoverState';
import { isolate } from '../steps/isolate';
import { planNodesOf } from '../planNodes';
import { whyKeepCopy } from '../steps/lastCopy';
import { lookAtSelf, lookAtSelfLoaded, standsAlone } from '../steps/selfSight';
import { whatOf } from '../whatOf';
import { tellRoles } from './tellRoles';
import type { UndoContext, UndoResult } from './types';
import { undoFunctions } from './undoFunctions';
import { undoSettings } from './undoSettings';

/**
 * Takes a change of members back while that is possible: settings first, then every node that joined is emptied again, which
 * loses nothing but its copy, and all forget it. After a node has handed over, was emptied or was forgotten there is no way
 * back but the way on: what is true then is told. Replicas that were moved stay where they are. Never throws.
 */
export async function undoMembership(context: UndoContext): Promise<UndoResult> {
  const settings = await undoSettings(context);
  const parts = (await isPastReturn(context)) ? [await tellState(context)] : await takeBack(context);
  return {
    notes: [...settings.notes, ...parts.flatMap(({ notes }) => notes)],
    settled: settings.settled && parts.every(({ settled }) => settled),
  };
}

async function isPastReturn({ plan, nodes, record }: UndoContext): Promise<boolean> {
  for (const [index, step] of plan.steps.entries()) {
    if (!record.hasStarted(index)) continue;
    if (step.kind === 'forget' || step.kind === 'resetNode') {
      if (await hasBegunToLeave(step.node, record.hasFinished(index), { plan, nodes })) return true;
    }
    if (step.kind !== 'failOver') continue;
    try {
      if (hasTakenOver((await lookAtSelfLoaded(step.replica, nodes)).own, step)) return true;
    } catch {
      // Whether it took over cannot be told: then nothing is emptied.
      return true;
    }
  }
  return false;
}

/** A step that refused to begin has changed nothing: the node is as it was, and everybody still lists it. */
async function hasBegunToLeave(
  { id, address }: NodeRef,
  isDone: boolean,
  { plan, nodes }: Pick<UndoContext, 'plan' | 'nodes'>,
): Promise<boolean> {
  if (isDone) return true;
  const wasDead = plan.before.nodes.find(node => node.id === id)?.reachable === false;
  if (!wasDead) {
    const own = await lookAtSelf({ id, address }, nodes).then(
      sight => sight.own,
      () => undefined,
    );
    if (own?.id !== id) return true;
  }
  for (const viewer of plan.before.nodes) {
    if (viewer.id === id || viewer.role === 'spare') continue;
    const sight = await lookAtSelf(viewer, nodes).catch(() => undefined);
    if (sight && sight.own.id === viewer.id && !sight.others.some(line => line.id === id)) return true;
  }
  return false;
}

async function tellState(context: UndoContext): Promise<UndoResult> {
  const { plan } = context;
  const changed = plan.before.nodes.filter(before => {
    const after = plan.after.nodes.find(({ id }) => id === before.id);
    return !after || after.role !== before.role || after.master !== before.master;
  });
  const told = await tellRoles(
    changed.filter(({ reachable }) => reachable !== false),
    context,
  );
  const notes = [
    'It had gone too far to be taken back, and nothing was.',
    ...told,
    `What remains: plan the same again, which goes on from here.`,
  ];
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

async function takeBackJoiner(joiner: NodeRef, context: UndoContext): Promise<UndoResult> {
  const { plan, nodes, record, report } = context;
  const { address } = joiner;
  report(`Taking ${address} out again.`);
  try {
    const used = await usedBySomebody(joiner, context);
    if (used) return used;
    const others = plan.before.nodes
      .filter(node => node.address !== address)
      .map(({ id, address }) => ({ id, address }));
    // A failed node can have had the same address.
    const known = new Set(plan.before.nodes.map(({ id }) => id).filter(id => id !== joiner.id));
    const { newId, failure, forgetting } = await isolate(joiner, others, known, nodes);
    const forgotten = tellForgetting(joiner, forgetting);
    if (newId === undefined) {
      const why = `${address} could not be emptied again. ${whatOf(failure)} It may still hold a copy and list the others: when it answers again, add it as a spare, which empties it.`;
      return { notes: [why, ...forgotten.notes], settled: forgotten.settled };
    }
    if (newId !== joiner.id) await record.writeIfPossible([{ type: 'nodeReset', node: joiner, newId }]);
    const functions = await undoFunctions(new Set([address]), context);
    const wasInside = plan.steps.every(({ kind }) => kind !== 'meet');
    const emptied = `${address} is empty again and stands by${wasInside ? ', outside the cluster' : ''}.`;
    return {
      notes: [...(newId === joiner.id ? [] : [emptied]), ...forgotten.notes, ...functions.notes],
      settled: forgotten.settled && functions.settled,
    };
  } catch (error) {
    return { notes: [`${address} was not taken out completely. ${whatOf(error)}`], settled: false };
  }
}

/** It is no longer the node that was found empty, or holds what nobody copied there. One that is silent is neither. */
async function usedBySomebody(joiner: NodeRef, { nodes, plan }: UndoContext): Promise<UndoResult | undefined> {
  const { address, id } = joiner;
  const sight = await lookAtSelfLoaded(joiner, nodes).catch(() => undefined);
  if (!sight || standsAlone(sight)) return undefined;
  const { own, info } = sight;
  if (own.id !== id) return { notes: [`Another node answers at ${address}; it was left.`], settled: true };
  if (!own.flags.includes('master')) {
    const why = await whyKeepCopy(sight, planNodesOf(plan), nodes);
    return why === undefined ? undefined : { notes: [`${address} ${why}; it was left as it is.`], settled: false };
  }
  if (info.keys === 0 && own.slots.isEmpty) return undefined;
  const holds = own.slots.isEmpty ? count(info.keys, 'key') : `the slots ${own.slots.toString()}`;
  // A master with slots is in use: there is nothing left to put back.
  return { notes: [`${address} has ${holds} now and was left as it is.`], settled: !own.slots.isEmpty };
}

function tellForgetting({ address }: NodeRef, { silent, listing }: Forgetting): UndoResult {
  const notes = [
    ...(listing.length > 0 ? [`${names(listing)} still ${plural(listing, 'lists', 'list')} ${address}.`] : []),
    ...(silent.length > 0
      ? [`${names(silent)} did not answer and may still list ${address}; it can be removed when they do.`]
      : []),
  ];
  return { notes, settled: listing.length === 0 };
}

function names(nodes: readonly NodeRef[]): string {
  return joinSome(nodes.map(({ address }) => address));
}

function plural(nodes: readonly unknown[], one: string, many: string): string {
  return nodes.length === 1 ? one : many;
}
