import { moveClassically } from '../../migration/classic/moveClassically';
import { takeBackSlots } from '../../migration/takeBackSlots';
import type { TransferContext } from '../../migration/types';
import { count, numberText } from '../../plan/phrases';
import { openSlotsAmong } from '../../plan/slots/openSlotsAmong';
import type { PlanStep } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { lookAtMembers, type MembersSight } from '../steps/lookAtMembers';
import { slotWorkLeft, type SlotWork } from '../steps/slotWork';
import { whatOf } from '../whatOf';
import type { UndoContext, UndoResult } from './types';
import { undoSettings } from './undoSettings';

type MoveStep = Extract<PlanStep, { kind: 'moveSlots' }>;

/**
 * Leaves no slot open: those whose keys are on both ends are finished, or taken back where they cannot be. Slots that have
 * moved stay where they are now. Never throws.
 */
export async function undoSlots(context: UndoContext): Promise<UndoResult> {
  const parts: UndoResult[] = [];
  for (const [index, step] of context.plan.steps.entries())
    if (step.kind === 'moveSlots' && context.record.hasStarted(index)) parts.push(await closeSlots(step, context));
  const settings = await undoSettings(context);
  return {
    notes: [...parts.flatMap(({ notes }) => notes), ...settings.notes],
    settled: settings.settled && parts.every(({ settled }) => settled),
  };
}

async function closeSlots(step: MoveStep, context: UndoContext): Promise<UndoResult> {
  const all = SlotSet.parse(step.moves.map(({ slots }) => slots).join(','));
  const problems: string[] = [];
  let settled = true;
  try {
    for (const work of await openWork(step, context)) {
      context.report(`Closing ${count(work.slots.count, 'open slot')} of ${work.source.address}.`);
      const outcome = await closeWork(work, step, context);
      problems.push(...outcome.notes);
      settled &&= outcome.settled;
    }
    const { done } = slotWorkLeft(step.moves, context.plan, (await look(step, context)).topology);
    const moved = `${numberText(done.count)} of ${count(all.count, 'slot')} ${all.count === 1 ? 'has' : 'have'} moved and ${all.count === 1 ? 'stays' : 'stay'} there${settled ? ', and no slot is open' : ''}.`;
    return { notes: [...problems, moved], settled };
  } catch (error) {
    const why = `Whether slots are open could not be seen to the end. ${whatOf(error)}`;
    return { notes: [...problems, why], settled: false };
  }
}

/** What is open at either end, by the word of the nodes now. */
async function openWork(step: MoveStep, context: UndoContext): Promise<SlotWork[]> {
  const { topology } = await look(step, context);
  const open = openSlotsAmong(topology.nodes);
  const { work } = slotWorkLeft(step.moves, context.plan, topology);
  return work.map(part => ({ ...part, slots: part.slots.intersection(open) })).filter(({ slots }) => !slots.isEmpty);
}

/** Forward first: clients are led to both ends meanwhile, which they are not on the way back. */
async function closeWork(work: SlotWork, step: MoveStep, context: UndoContext): Promise<UndoResult> {
  const transferring = transferContext(step, context);
  try {
    await moveClassically(work, transferring);
    return { notes: [], settled: true };
  } catch (forward) {
    try {
      const { topology } = await look(step, context);
      const target = topology.nodes.find(({ id }) => id === work.target.id)?.slots ?? SlotSet.empty;
      const slots = work.slots.difference(target);
      await takeBackSlots({ ...work, slots }, transferring);
      const text = `${count(slots.count, 'slot')} went back to ${work.source.address}, for ${work.target.address} could not take the rest.`;
      return { notes: [text], settled: true };
    } catch (back) {
      const open = `${count(work.slots.count, 'slot')} between ${work.source.address} and ${work.target.address} (${work.slots.toString()}) may be open; clients are served meanwhile.`;
      return { notes: [open, whatOf(forward), whatOf(back)], settled: false };
    }
  }
}

function look(step: MoveStep, { nodes }: UndoContext): Promise<MembersSight> {
  return lookAtMembers(step.nodes, { nodes });
}

function transferContext(step: MoveStep, { nodes, report, plan }: UndoContext): TransferContext {
  const masters = plan.before.nodes.filter(({ role, reachable }) => role === 'master' && reachable !== false);
  return {
    nodes,
    masters: masters.map(({ id, address }) => ({ id, address })),
    latencyMilliseconds: step.latencyMilliseconds,
    // Nothing interrupts an undo; every command in it is bounded.
    signal: new AbortController().signal,
    safePoint: () => Promise.resolve(),
    inFlight: work => work(),
    moved: () => undefined,
    report,
    note: () => undefined,
  };
}
