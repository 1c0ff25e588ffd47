import { setMaxListeners } from 'node:events';
import type { Plan, PlanStep } from '../plan/types';
import type { Topology } from '../topology/types';
import type { OperationControl } from './operationControl';
import type { OperationRecord } from './operationRecord';
import { agreesNow } from './steps/awaitAgreement';
import { stepHandlers } from './steps/handlers';
import type { ManagedNodes, StepContext, StepHandler, StepKind } from './steps/types';

export interface StepsToRun {
  control: OperationControl;
  nodes: ManagedNodes;
  topology: Topology;
  record: OperationRecord;
  mode: StepContext['mode'];
  sourceLogin: StepContext['sourceLogin'];
  note: StepContext['note'];
  tellOutcome: StepContext['tellOutcome'];
}

/** Which step threw what. */
export class StepFailure extends Error {
  override name = 'StepFailure' as const;

  constructor(
    readonly step: PlanStep,
    readonly index: number,
    override readonly cause: unknown,
  ) {
    super(`Step ${index + 1} failed.`, { cause });
  }
}

/**
 * Runs the steps of a plan in order; between two of them is a safe point to pause or cancel. Throws a StepFailure, or the
 * reason of a cancel; nothing is in flight any more then.
 */
export async function runSteps(run: StepsToRun): Promise<void> {
  const { control } = run;
  const { steps } = control.plan;
  const progress = new StepProgress(control.plan);
  const groups = groupSteps(steps);
  for (const group of run.mode === 'resume' ? await groupsLeft(groups, run) : groups) {
    if (!isPastStopping(steps, group[0]!) && (await control.safePoint())) {
      // What was looked at before a pause may be hours old.
      const look = lookBefore(steps, group[0]!);
      if (look !== undefined) await runGroup([look], progress, run);
    }
    await runGroup(group, progress, run);
  }
}

/**
 * Only cleaning up is left, and a cancel would undo what is already there; or a node has begun to leave, and half a departure
 * is worse than either end.
 */
function isPastStopping(steps: readonly PlanStep[], next: number): boolean {
  const left = steps.slice(next).map(({ kind }) => kind);
  if (left.every(kind => kind === 'restoreSettings' || kind === 'awaitForgotten')) return true;
  return steps[next]?.kind === 'forget' && steps[next - 1]?.kind === 'resetNode';
}

const looks: ReadonlySet<StepKind> = new Set([
  'checkEmptyNodes',
  'checkMembers',
  'checkFailover',
  'checkMoves',
  'checkImport',
]);

/** The look the step at `next` stands on. */
function lookBefore(steps: readonly PlanStep[], next: number): number | undefined {
  const look = steps.slice(0, next).findLastIndex(({ kind }) => looks.has(kind));
  return look < 0 ? undefined : look;
}

/** What an interrupted process left to do. */
async function groupsLeft(groups: readonly number[][], run: StepsToRun): Promise<number[][]> {
  const { steps } = run.control.plan;
  const agreement = steps.findIndex(({ kind }) => kind === 'awaitAgreement');
  if (agreement < 0) return stepsNotDone(groups, run);
  const from = await firstStepLeft(agreement, run);
  return groups.filter(group => group[0]! >= from);
}

/**
 * All that is not done, from the looks just before it on (a node that leaves is looked at by the step that lets it go); and
 * the first look of all, because much can have happened meanwhile.
 */
function stepsNotDone(groups: readonly number[][], { control, record }: StepsToRun): number[][] {
  const { steps } = control.plan;
  let first = groups.findIndex(group => group.some(index => !record.hasFinished(index)));
  if (first < 0) return [];
  const next = groups[first]![0]!;
  const isCleaning = isPastStopping(steps, next);
  const looksItself = steps[next]!.kind === 'resetNode' || steps[next]!.kind === 'forget';
  const onlyLooks = (group: readonly number[]): boolean =>
    group.every(index => !stepHandlers[steps[index]!.kind].changes);
  while (!isCleaning && !looksItself && first > 0 && onlyLooks(groups[first - 1]!)) first--;
  const look = lookBefore(steps, groups[first]![0]!);
  const begins = look !== undefined && steps[look]!.kind === 'checkMembers' && !isCleaning ? [[look]] : [];
  return [...begins, ...groups.slice(first)];
}

/**
 * After an interruption a new cluster may long be complete and in use: then its settings are not lowered once more, only
 * what follows the agreement is done.
 */
async function firstStepLeft(index: number, run: StepsToRun): Promise<number> {
  const step = run.control.plan.steps[index];
  if (step?.kind !== 'awaitAgreement') return 0;
  if (run.record.hasFinished(index)) return index + 1;
  if (
    !(await agreesNow(
      step,
      contextOf(run, run.control.signal, () => undefined),
    ))
  )
    return 0;
  await run.record.write([{ type: 'stepDone', index, at: new Date().toISOString() }]);
  return index + 1;
}

/** Indexes of steps that run side by side. */
function groupSteps(steps: readonly PlanStep[]): number[][] {
  const groups: number[][] = [];
  steps.forEach(({ kind }, index) => {
    const before = steps[index - 1]?.kind;
    if (before !== undefined && stepHandlers[kind].beside === before) groups.at(-1)!.push(index);
    else groups.push([index]);
  });
  return groups;
}

async function runGroup(group: readonly number[], progress: StepProgress, run: StepsToRun): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([run.control.signal, failing.signal]);
  // As many waits listen to it as a step has nodes.
  setMaxListeners(0, signal);
  // One cannot go on without the other; the first to fail has the reason.
  let first: { error: unknown } | undefined;
  const running = group.map(async index => {
    try {
      await runOne(index, signal, progress, run);
    } catch (error) {
      first ??= { error };
      failing.abort(error);
    }
  });
  await Promise.all(running);
  if (first) throw first.error;
}

/** Nothing takes these back: that they began must not be forgotten with the machine's cache. */
const isForGood: ReadonlySet<StepKind> = new Set([
  'failOver',
  'resetNode',
  'forget',
  'releaseSlots',
  'claimSlots',
  'settleCollisions',
]);

async function runOne(index: number, signal: AbortSignal, progress: StepProgress, run: StepsToRun): Promise<void> {
  const { control, record } = run;
  const step = control.plan.steps[index]!;
  control.update({ stepIndex: index, step, message: step.text, fraction: progress.overall(index, 0), nodes: [] });
  await record.write([{ type: 'stepStarted', index, at: new Date().toISOString() }], {
    durable: isForGood.has(step.kind),
  });
  const report = (message: string, fraction = 0): void => control.report(message, progress.overall(index, fraction));
  try {
    await dispatch(step, contextOf(run, signal, report));
  } catch (error) {
    control.signal.throwIfAborted();
    throw new StepFailure(step, index, error);
  }
  progress.overall(index, 1);
  await record.write([{ type: 'stepDone', index, at: new Date().toISOString() }]);
}

function contextOf(run: StepsToRun, signal: AbortSignal, report: StepContext['report']): StepContext {
  const { control, nodes, topology, record, mode, sourceLogin, note, tellOutcome } = run;
  const tellNode: StepContext['tellNode'] = (address, state) => control.reportNode(address, state);
  const safePoint = async (): Promise<void> => void (await control.safePoint());
  const inFlight: StepContext['inFlight'] = work => control.inFlight(work);
  const tells = { report, note, tellNode, tellOutcome };
  return { plan: control.plan, nodes, topology, record, sourceLogin, signal, safePoint, inFlight, mode, ...tells };
}

function dispatch<Kind extends StepKind>(step: Extract<PlanStep, { kind: Kind }>, context: StepContext): Promise<void> {
  const handler = stepHandlers[step.kind] as unknown as StepHandler<Kind>;
  return handler.run(step, context);
}

/** How far the whole plan is, from how far each step is. */
class StepProgress {
  readonly #weights: number[];
  readonly #fractions: number[];
  readonly #total: number;

  constructor({ steps }: Plan) {
    this.#weights = steps.map(({ kind }) => stepHandlers[kind].weight);
    this.#fractions = steps.map(() => 0);
    this.#total = this.#weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** 0 to 1, after this step got so far. */
  overall(index: number, fraction: number): number {
    this.#fractions[index] = Math.min(1, Math.max(0, fraction));
    const done = this.#weights.reduce((sum, weight, step) => sum + weight * this.#fractions[step]!, 0);
    return done / this.#total;
  }
}
