import { count, joinSome } from '../../plan/phrases';
import { poll } from '../../connection/poll';
import { refer } from '../../plan/plannedNode';
import type { NodeRef } from '../../plan/types';
import { ClusterError } from '../../topology/clusterError';
import { OperationError } from '../operationError';
import { planNodesOf } from '../planNodes';
import type { Forgetting } from '../steps/forgetEverywhere';
import { isolate, type Isolation } from '../steps/isolate';
import { whyKeepCopy } from '../steps/lastCopy';
import { lookAtSelfLoaded, standsAlone } from '../steps/selfSight';
import { whatOf } from '../whatOf';
import { tellRoles } from './tellRoles';
import type { UndoContext, UndoResult } from './types';
import { undoFunctions } from './undoFunctions';

/** A lost link, a long command or a restart passes; who is silent for longer is told of. */
const patienceMilliseconds = 10_000;

/**
 * Empties a node that joined, which loses nothing but its copy, and lets all forget it; one that is in use by now is left. Tries
 * again for 10 s while what is in the way may pass. Never throws.
 */
export async function takeBackJoiner(joiner: NodeRef, context: UndoContext): Promise<UndoResult> {
  context.report(`Taking ${joiner.address} out again.`);
  let attempt: Attempt | undefined;
  await poll(
    async () => {
      attempt = await tryTakingBack(joiner, context);
      if (attempt.mayPass) context.report(`Taking ${joiner.address} out again: ${attempt.result.notes[0]}`);
      return attempt.mayPass ? undefined : true;
    },
    { timeoutMilliseconds: patienceMilliseconds, intervalMilliseconds: 250 },
  );
  return attempt!.result;
}

interface Attempt {
  result: UndoResult;
  /** Trying again may go better. */
  mayPass: boolean;
}

async function tryTakingBack(joiner: NodeRef, context: UndoContext): Promise<Attempt> {
  const { plan, nodes } = context;
  const { address } = joiner;
  try {
    const used = await usedBySomebody(joiner, context);
    if (used) return { result: used, mayPass: false };
    const others = plan.before.nodes.filter(node => node.address !== address);
    // A failed node can have had the same address.
    const known = new Set(plan.before.nodes.map(({ id }) => id).filter(id => id !== joiner.id));
    const isolation = await isolate(joiner, others.map(refer), known, nodes);
    return { result: await tellIsolation(joiner, isolation, context), mayPass: isPassing(isolation.failure) };
  } catch (error) {
    const roles = await tellRoles([joiner], context);
    const notes = [`${address} was not taken out completely. ${whatOf(error)}`, ...roles];
    return { result: { notes, settled: false }, mayPass: isPassing(error) };
  }
}

/** What a link or a server says passes; what was found out of the nodes does not. */
function isPassing(error: unknown): boolean {
  return error instanceof ClusterError && !(error instanceof OperationError);
}

async function tellIsolation(joiner: NodeRef, isolation: Isolation, context: UndoContext): Promise<UndoResult> {
  const { newId, failure, forgetting } = isolation;
  const { address } = joiner;
  const forgotten = tellForgetting(joiner, forgetting);
  if (newId === undefined) {
    const why = `${address} could not be emptied again. ${whatOf(failure)} It may still hold a copy and list the others: when it answers again, add it as a spare, which empties it.`;
    return { notes: [why, ...forgotten.notes], settled: forgotten.settled };
  }
  if (newId !== joiner.id) await context.record.writeIfPossible([{ type: 'nodeReset', node: joiner, newId }]);
  const functions = await undoFunctions(new Set([address]), context);
  const wasInside = context.plan.steps.every(({ kind }) => kind !== 'meet');
  const emptied = `${address} is empty again and stands by${wasInside ? ', outside the cluster' : ''}.`;
  return {
    notes: [...(newId === joiner.id ? [] : [emptied]), ...forgotten.notes, ...functions.notes],
    settled: forgotten.settled && functions.settled,
  };
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
