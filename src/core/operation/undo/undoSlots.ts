import { poll } from '../../connection/poll';
import { cancelRunning } from '../../migration/cancelRunning';
import { moveClassically } from '../../migration/classic/moveClassically';
import { takeBackSlots } from '../../migration/takeBackSlots';
import type { TransferContext } from '../../migration/types';
import { count, joinSome, numberText } from '../../plan/phrases';
import { openSlotsAmong } from '../../plan/slots/openSlotsAmong';
import type { Plan, PlanStep } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { lookAtMembers, type MembersSight } from '../steps/lookAtMembers';
import { slotWorkLeft, standInFor, type SlotWork } from '../steps/slotWork';
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
  const transferring = transferContext(step, context, text => void problems.push(text));
  let settled = true;
  try {
    for (const work of await workLeft(step, context)) settled = (await cancelRunning(work, transferring)) && settled;
    for (const work of await openWork(step, context)) {
      context.report(`Closing ${count(work.slots.count, 'open slot')} of ${work.source.address}.`);
      const outcome = await closeWork(work, step, context, transferring);
      problems.push(...outcome.notes);
      settled &&= outcome.settled;
    }
    const sight = await look(step, context);
    const { done } = slotWorkLeft(step.moves, context.plan, sight.topology);
    const left = tellOpen(all, step, sight, context.plan);
    settled &&= left.length === 0;
    const moved = `${numberText(done.count)} of ${count(all.count, 'slot')} ${all.count === 1 ? 'has' : 'have'} moved and ${all.count === 1 ? 'stays' : 'stay'} there${settled ? ', and no slot is open' : ''}.`;
    return { notes: [...problems, moved, ...left], settled };
  } catch (error) {
    const why = `Whether slots are open could not be seen to the end. ${whatOf(error)}`;
    return { notes: [...problems, why], settled: false };
  }
}

/** One that came back just now answers, and the others doubt it for up to two node timeouts, 30 s by default. */
const doubtMilliseconds = 30_000;

/** What is open at either end, by the word of the nodes now. */
async function openWork(step: MoveStep, context: UndoContext): Promise<SlotWork[]> {
  const { topology } = await look(step, context);
  const open = openSlotsAmong(topology.nodes);
  const { work } = slotWorkLeft(step.moves, context.plan, topology);
  return work.map(part => ({ ...part, slots: part.slots.intersection(open) })).filter(({ slots }) => !slots.isEmpty);
}

/** What did not move, between those who answer. */
async function workLeft(step: MoveStep, context: UndoContext): Promise<SlotWork[]> {
  const clear = await poll(
    async () => {
      const sight = await look(step, context);
      const { obstacles } = slotWorkLeft(step.moves, context.plan, sight.topology);
      const isDoubted = obstacles.some(({ passes }) => passes) && endsUnseen(step, sight, context.plan).length === 0;
      return isDoubted ? undefined : sight;
    },
    { timeoutMilliseconds: doubtMilliseconds, intervalMilliseconds: 100 },
  );
  const { topology } = clear ?? (await look(step, context));
  return slotWorkLeft(step.moves, context.plan, topology).work;
}

/** Forward first: clients are led to both ends meanwhile, which they are not on the way back. */
async function closeWork(
  work: SlotWork,
  step: MoveStep,
  context: UndoContext,
  transferring: TransferContext,
): Promise<UndoResult> {
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

/** What is open at those that answer, which end cannot be asked, and what to do then; whole sentences, none when no slot is open. */
function tellOpen(all: SlotSet, step: MoveStep, sight: MembersSight, plan: Plan): string[] {
  const open = sight.topology.nodes.flatMap(({ role, address, openSlots }) => {
    const slots = SlotSet.of(openSlots.map(({ slot }) => slot)).intersection(all);
    if (role !== 'master' || slots.isEmpty) return [];
    return [
      `${count(slots.count, 'slot')} ${slots.count === 1 ? 'is' : 'are'} open at ${address} (${slots.toString()}).`,
    ];
  });
  const unseen = endsUnseen(step, sight, plan);
  if (unseen.length === 0) return open;
  const names = joinSome(unseen);
  const [doesNot, it, answers, comes] =
    unseen.length === 1 ? ['does not', 'it', 'answers', 'does not come'] : ['do not', 'them', 'answer', 'do not come'];
  return [
    ...open,
    `${names} ${doesNot} answer: whether slots are open at ${it} is not known.`,
    `Roll this back when ${names} ${answers} again, which closes them; if ${names} ${comes} back, dismiss this operation, then check the cluster and fix it.`,
  ];
}

/** Ends that do not answer, and that nobody stands in for. */
function endsUnseen({ moves }: MoveStep, { topology, views }: MembersSight, plan: Plan): string[] {
  const ends = moves.flatMap(({ source, target }) => [source, target]);
  const unseen = ends.filter(end => !views.has(end.id) && !standInFor(end, plan, topology));
  return [...new Set(unseen.map(({ address }) => address))];
}

function look(step: MoveStep, { nodes }: UndoContext): Promise<MembersSight> {
  return lookAtMembers(step.nodes, { nodes });
}

function transferContext(
  step: MoveStep,
  { nodes, report, plan }: UndoContext,
  note: (text: string) => void,
): TransferContext {
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
    note,
  };
}
