import type { Plan, PlanStep } from '../plan/types';
import type { Topology } from '../topology/types';
import { differencesFromPlan } from './comparePicture';
import { FollowedNodes, type ObservableNodes } from './followedNodes';
import { journaled } from './journaled';
import { newOperationId } from './operationId';
import { Cancelled, OperationControl } from './operationControl';
import { LockedError, OperationError, StalePlanError, type LockHolder } from './operationError';
import { OperationRecord } from './operationRecord';
import { nodeIdsOf } from './planNodes';
import { runSteps, StepFailure } from './runSteps';
import { stepHandlers } from './steps/handlers';
import type { Continuation, JournalWriter, NodeOutcome, Operation, OperationResult, RunOptions } from './types';
import type { UndoResult } from './undo/types';
import { undoPlan } from './undo/undoPlan';
import { whatOf } from './whatOf';

/**
 * Carries a plan out: lock, journal, look, refuse when the nodes changed since it was made, steps. After a failure or a
 * cancel what was changed is put back; `finished` then tells all of it.
 */
export function runPlan(
  plan: Plan,
  nodes: ObservableNodes,
  options: RunOptions = {},
  /** Who of this client works on one of the nodes: this one is refused. */
  rival?: LockHolder,
): Operation {
  const id = options.continues?.id ?? newOperationId();
  return new OperationControl(id, plan, options, control => {
    if (rival) return Promise.reject(new LockedError(rival));
    return new Run(control, nodes, options).run();
  });
}

class Run {
  readonly nodes: FollowedNodes;
  readonly #plan: Plan;
  readonly #notes: string[] = [];
  readonly #nodeOutcomes: NodeOutcome[] = [];
  readonly #startedAt = performance.now();

  constructor(
    readonly control: OperationControl,
    nodes: ObservableNodes,
    readonly options: RunOptions,
  ) {
    this.#plan = control.plan;
    this.nodes = new FollowedNodes(nodes);
  }

  async run(): Promise<OperationResult> {
    const { control, options } = this;
    try {
      const claim = { operationId: control.id, title: this.#plan.title, nodeIds: nodeIdsOf(this.#plan) };
      const lock = await journaled(options.journal?.lock(claim));
      try {
        const result = await this.#runLocked();
        control.update({
          state: result.outcome,
          message: result.outcome === 'completed' ? 'Done.' : 'Cancelled.',
          ...(result.outcome === 'completed' && { fraction: 1, stepIndex: this.#plan.steps.length }),
        });
        return result;
      } finally {
        await lock?.release();
      }
    } catch (error) {
      control.update({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  async #runLocked(): Promise<OperationResult> {
    const { control, options } = this;
    const { continues } = options;
    if (control.signal.aborted) return this.#result('cancelled', await this.nodes.observe(), ['Nothing was changed.']);
    control.update({ ...(control.state === 'pending' && { state: 'running' }), message: 'Looking at the nodes.' });
    return continues ? this.#continue(continues) : this.#begin();
  }

  async #begin(): Promise<OperationResult> {
    // Before the first look: a process that ends while it waits for an answer leaves an operation that can be resumed.
    const record = await this.#open(this.options.journal?.begin(this.control.id, this.#plan));
    try {
      const topology = await this.#lookFirst(record);
      return await this.#carryOut(record, topology);
    } finally {
      await record.close();
    }
  }

  async #continue(continuation: Continuation): Promise<OperationResult> {
    const topology = await this.nodes.observe();
    const record = await this.#open(this.options.journal?.continue(continuation));
    this.nodes.recall(record.moves());
    try {
      await this.#follow(topology, record);
      if (continuation.mode === 'rollBack') return await this.#rollBack(record);
      // Nothing of it was begun: the plan must still fit, as on its first day.
      if (!record.hasBegun) this.#refuseIfStale(topology);
      return await this.#carryOut(record, topology);
    } finally {
      await record.close();
    }
  }

  async #open(opening: Promise<JournalWriter> | undefined): Promise<OperationRecord> {
    return new OperationRecord(await journaled(opening));
  }

  /** What fails here has changed nothing: the journal says so, and nobody is asked to see to it. */
  async #lookFirst(record: OperationRecord): Promise<Topology> {
    try {
      const topology = await this.nodes.observe();
      this.#refuseIfStale(topology);
      await this.#follow(topology, record);
      return topology;
    } catch (error) {
      const untouched = { notes: ['Nothing was changed.'], settled: true };
      await this.#writeOutcome(record, 'failed', whatOf(error), untouched);
      throw error;
    }
  }

  /** The plan has the addresses of its day. */
  async #follow(topology: Topology, record: OperationRecord): Promise<void> {
    this.nodes.follow(this.#plan, topology);
    await this.nodes.writeMoves(record);
  }

  #refuseIfStale(topology: Topology): void {
    const differences = differencesFromPlan(this.#plan, topology);
    if (differences.length > 0) throw new StalePlanError(differences);
  }

  async #carryOut(record: OperationRecord, topology: Topology): Promise<OperationResult> {
    try {
      const mode = this.options.continues ? 'resume' : 'run';
      const note = (text: string): void => void this.#notes.push(text);
      const tellOutcome = (outcome: NodeOutcome): void => void this.#nodeOutcomes.push(outcome);
      const { control, nodes, options } = this;
      const { sourceLogin = {} } = options;
      await runSteps({ control, nodes, topology, record, mode, sourceLogin, note, tellOutcome });
    } catch (error) {
      return await this.#stop(error, record);
    }
    await this.#writeOutcome(record, 'completed', 'Done.', { notes: this.#told(), settled: true });
    return this.#result('completed', await this.nodes.observe(), this.#told());
  }

  /** A step failed or a cancel came: puts back what was changed, then tells it. */
  async #stop(error: unknown, record: OperationRecord): Promise<OperationResult> {
    const { control, options } = this;
    const isCancel = error instanceof Cancelled;
    const failed = error instanceof StepFailure ? error : undefined;
    const isChanged = this.#plan.steps.some(
      ({ kind }, index) => stepHandlers[kind].changes && record.hasStarted(index),
    );
    if (options.continues && failed && refusesToGoOn.has(failed.step.kind)) {
      // Refused to go on: what the interrupted process left stays as it is, and unfinished.
      throw this.#failure(failed.cause, ['Nothing was changed by this attempt.']);
    }
    control.update({ ...(isCancel && { state: 'cancelling' }), message: 'Putting back what was changed.' });
    const undo = isChanged ? await this.#undo(record) : { notes: ['Nothing was changed.'], settled: true };
    const notes = [...this.#told(), ...undo.notes];
    const settled = { notes, settled: undo.settled };
    if (isCancel && undo.settled) {
      await this.#writeOutcome(record, 'cancelled', 'Cancelled.', settled);
      return this.#result('cancelled', await this.nodes.observe(), notes);
    }
    const what = isCancel
      ? new OperationError('undoIncomplete', 'The operation was cancelled, and not everything could be put back.')
      : failureOf(failed, error);
    const failure = this.#failure(
      what,
      [...this.nodes.notes, ...undo.notes],
      undo.settled ? undefined : this.#remedyForRest(),
    );
    await this.#writeOutcome(record, isCancel ? 'cancelled' : 'failed', whatOf(failure), settled);
    throw failure;
  }

  #told(): string[] {
    return [...this.nodes.notes, ...this.#notes];
  }

  async #rollBack(record: OperationRecord): Promise<OperationResult> {
    this.control.update({ message: 'Putting back what was changed.' });
    const undone = await this.#undo(record);
    const undo = { ...undone, notes: [...this.nodes.notes, ...undone.notes] };
    if (undo.settled) {
      await this.#writeOutcome(record, 'cancelled', 'Rolled back.', undo);
      return this.#result('cancelled', await this.nodes.observe(), undo.notes);
    }
    const what = `"${this.#plan.title}" could not be rolled back completely.`;
    await this.#writeOutcome(record, 'failed', what, undo);
    throw this.#failure(new OperationError('undoIncomplete', what), undo.notes, this.#remedyForRest());
  }

  async #undo(record: OperationRecord): Promise<UndoResult> {
    try {
      return await undoPlan({
        plan: this.#plan,
        nodes: this.nodes,
        record,
        afterInterruption: this.options.continues !== undefined,
        report: message => this.control.report(message, 0),
      });
    } catch (error) {
      return { notes: [`Putting back stopped in the middle: ${whatOf(error)}`], settled: false };
    }
  }

  #failure(error: unknown, notes: readonly string[], remedy?: string): OperationError {
    return new OperationError(codeOf(error), whatOf(error), {
      node: nodeOf(error),
      now: notes.join(' '),
      remedy: [remedyOf(error), remedy].filter(Boolean).join(' ') || undefined,
      notes,
      cause: error instanceof OperationError ? error.cause : error,
    });
  }

  #remedyForRest(): string {
    return this.options.journal
      ? `When the nodes named answer again, roll operation ${this.control.id} back.`
      : `When the nodes named answer again, put their settings back with CONFIG SET${this.#plan.kind === 'create' ? ', and send CLUSTER RESET HARD to those without keys' : ''}.`;
  }

  // What was done stands; a journal that cannot be written any more must not hide it.
  async #writeOutcome(
    record: OperationRecord,
    outcome: 'completed' | 'cancelled' | 'failed',
    message: string,
    { notes, settled }: { notes: readonly string[]; settled: boolean },
  ): Promise<void> {
    await this.nodes.writeMoves(record);
    // If the machine stops before this is on disk, the operation looks interrupted, and resuming it finds nothing to do.
    await record.writeIfPossible([{ type: 'outcome', outcome, message, notes: [...notes], settled, at: now() }]);
    if (record.failure) this.#notes.push(`The journal could not be written to its end: ${whatOf(record.failure)}`);
  }

  #result(outcome: OperationResult['outcome'], topology: Topology, notes: readonly string[]): OperationResult {
    return {
      outcome,
      topology,
      durationMilliseconds: performance.now() - this.#startedAt,
      notes,
      ...(this.#nodeOutcomes.length > 0 && { nodeOutcomes: this.#nodeOutcomes }),
    };
  }
}

/** Looks that come first: when one of them refuses after an interruption, this attempt has changed nothing. */
const refusesToGoOn: ReadonlySet<PlanStep['kind']> = new Set([
  'checkEmptyNodes',
  'checkMembers',
  'checkMoves',
  'checkFix',
  'checkImport',
]);

function failureOf(failed: StepFailure | undefined, error: unknown): OperationError {
  const cause = failed ? failed.cause : error;
  const where = failed ? `Step ${failed.index + 1} of the plan failed: ` : '';
  const facts = { node: nodeOf(cause), remedy: remedyOf(cause), cause };
  return new OperationError(codeOf(cause), `${where}${whatOf(cause)}`, facts);
}

function now(): string {
  return new Date().toISOString();
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'internal';
}

function nodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'node' in error ? (error.node as string | undefined) : undefined;
}

function remedyOf(error: unknown): string | undefined {
  return error instanceof Error && 'remedy' in error ? (error.remedy as string | undefined) : undefined;
}
