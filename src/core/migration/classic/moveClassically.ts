import { ConnectionError } from '../../connection/connectionError';
import { SlotSet } from '../../topology/slotSet';
import { count, numberText, sentenceStart, slotsText } from '../../topology/wording';
import { awaitEpoch } from '../awaitEpoch';
import { MigrationError } from '../migrationError';
import { endOrphans } from '../migrationImport/endOrphans';
import type { MoveSlots } from '../types';
import { explainFailure, type Failure } from './explainFailure';
import { moveWindow, type WindowOutcome } from './moveWindow';
import { openPair, type Pair } from './pair';

/**
 * Moves slots by SETSLOT and MIGRATE, which every server knows: opens many slots of a pair at once, sends their keys in bursts
 * sized by what clients may feel, and closes them together. At an error what is begun is finished as far as it can be, and
 * what is not begun is taken back.
 */
export const moveClassically: MoveSlots = async (transfer, context) => {
  context.signal.throwIfAborted();
  if (transfer.slots.isEmpty) return;
  let left = transfer.slots;
  const moved = (slots: SlotSet, keys: number): void => {
    left = left.difference(slots);
    context.moved(slots, keys);
  };
  const begin = async (): Promise<Pair> => {
    await endOrphans(transfer, context);
    await awaitEpoch(transfer, context);
    return openPair(transfer, { ...context, moved });
  };
  const pair = await begin().catch((error: unknown) => {
    throw errorOf(explainFailure(error, transfer), transfer.slots, SlotSet.empty, 'Nothing was changed.');
  });
  try {
    const outcomes = await new WindowQueue(pair).run();
    if (pair.replaced > 0) context.note(replacedText(pair));
    if (pair.mayUsurp) context.note(usurpText(pair));
    conclude(outcomes, left, pair);
  } finally {
    pair.close();
  }
};

/** Works off the slots, several windows at once where the pace allows it. */
class WindowQueue {
  readonly #pair: Pair;
  readonly #waiting: number[];
  readonly #outcomes: WindowOutcome[] = [];
  #isStopped = false;

  constructor(pair: Pair) {
    this.#pair = pair;
    const { transfer, looks } = pair;
    // What is open already first: a cancel then leaves less behind.
    const isOpen = (slot: number): boolean => looks.source.open.has(slot) || looks.target.open.has(slot);
    this.#waiting = [...transfer.slots].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || a - b);
  }

  /** Resolves with what did not go well. */
  async run(): Promise<readonly WindowOutcome[]> {
    const lanes = Array.from({ length: this.#pair.pace.lanes }, (_, lane) => this.#workOff(lane));
    // Whatever ends one of them, the other closes what it has opened.
    for (const result of await Promise.allSettled(lanes)) if (result.status === 'rejected') throw result.reason;
    return this.#outcomes;
  }

  async #workOff(lane: number): Promise<void> {
    const { context } = this.#pair;
    try {
      while (await context.inFlight(() => this.#moveNext(lane)));
    } catch (error) {
      this.#isStopped = true;
      if (!context.signal.aborted) throw error;
    }
  }

  /** False when there is nothing left to begin. */
  async #moveNext(lane: number): Promise<boolean> {
    const { source, target, pace, context } = this.#pair;
    const slots = this.#waiting.splice(0, this.#isStopped || context.signal.aborted ? 0 : pace.slotsPerWindow);
    if (slots.length === 0) return false;
    context.report(`Moving ${slotsText(SlotSet.of(slots))} from ${source.address} to ${target.address}.`);
    const outcome = await moveWindow(this.#pair, lane, slots);
    if (outcome.failure || !outcome.open.isEmpty) {
      this.#outcomes.push(outcome);
      this.#isStopped = true;
    }
    return true;
  }
}

function replacedText({ replaced, source, target }: Pair): string {
  const are = replaced === 1 ? 'key was' : 'keys were';
  return (
    `${replaced} ${are} at both ends, left by an earlier attempt: ` +
    `what clients have seen at ${source.address} took the place of what was at ${target.address}.`
  );
}

function usurpText({ transfer: { target }, mayUsurp }: Pair): string {
  return (
    `${mayUsurp} failed while slots were open there, and ${target.address} took over. Started again as it is, it can take its slots back ` +
    'and serve the data it had, or none (seen with Valkey 8.0.1 and 9.1.2): remove its cluster-config-file (nodes.conf) first, and let it join anew.'
  );
}

function conclude(outcomes: readonly WindowOutcome[], left: SlotSet, { transfer, context }: Pair): void {
  const open = outcomes.reduce((all, outcome) => all.union(outcome.open), SlotSet.empty);
  const failure = outcomes.find(outcome => outcome.failure)?.failure;
  if (open.isEmpty) context.signal.throwIfAborted();
  if (!failure) {
    context.signal.throwIfAborted();
    return;
  }
  const { slots } = transfer;
  const moved = slots.count - left.count;
  const { source, target } = transfer;
  const state = open.isEmpty
    ? 'no slot is open'
    : `${slotsText(open)} ${open.count === 1 ? 'stays' : 'stay'} open, migrating at ${source.address} and importing at ${target.address}: clients are led to both, and nothing is lost`;
  const now = sentenceStart(`${numberText(moved)} of ${count(slots.count, 'slot')} moved, and ${state}.`);
  throw errorOf(failure, left, open, now);
}

function errorOf(failure: Failure, left: SlotSet, open: SlotSet, now: string): unknown {
  const { code, what, node, cause } = failure;
  const goOn = open.isEmpty ? '' : 'Then resume or run it again: it goes on with open slots where they stand.';
  const remedy = [failure.remedy, goOn].filter(Boolean).join(' ') || undefined;
  if (code) {
    const slots = cause instanceof MigrationError ? cause.slots.union(open) : open.isEmpty ? left : open;
    return new MigrationError(code, what, { node, now, remedy, cause, slots });
  }
  return cause instanceof ConnectionError ? new ConnectionError(cause.code, what, { node, now, remedy, cause }) : cause;
}
