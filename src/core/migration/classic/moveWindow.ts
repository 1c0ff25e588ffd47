import { setTimeout as wait } from 'node:timers/promises';
import { SlotSet } from '../../topology/slotSet';
import { slotsText } from '../../topology/wording';
import { MigrationError } from '../migrationError';
import { closeSlots } from './closeSlots';
import { drain } from './drain';
import { explainDown } from './explainDown';
import { explainFailure, needsNoPassword, type Failure } from './explainFailure';
import { judgeSlots, type SlotState } from './judgeSlots';
import { countKeys, keysOf, lookAtEnd } from './lookAtEnd';
import type { Pair } from './pair';
import { sampleSizes } from './sampleSizes';
import { openSlots, takeBack } from './setSlots';

/** What became of a window. */
export interface WindowOutcome {
  /** Absent when all went well, or when a cancel ended it. */
  failure?: Failure;
  /** Slots that are open, as far as that is known. */
  open: SlotSet;
}

const FIRST_WAIT_MILLISECONDS = 50;
const LONGEST_WAIT_MILLISECONDS = 1000;
const CANCELLED_PATIENCE_MILLISECONDS = 5000;

/**
 * Moves slots, all of them open at once. What fails and may pass is begun again where it stands, by what the nodes say
 * then, as long as it gets on. Else what is finished is closed and what is not begun is taken back. Rejects with nothing
 * but a defect.
 */
export async function moveWindow(pair: Pair, lane: number, slots: readonly number[]): Promise<WindowOutcome> {
  const window = new Window(pair, lane, slots);
  let pause = FIRST_WAIT_MILLISECONDS;
  for (;;) {
    const before = window.progress;
    try {
      await window.move();
      return { open: SlotSet.empty };
    } catch (error) {
      const failure = explainFailure(error, pair.transfer);
      if (window.progress > before) {
        window.aliveAt = performance.now();
        pause = FIRST_WAIT_MILLISECONDS;
      }
      if (needsNoPassword(error) && pair.credentials.length === 0 && window.mayForgetPassword()) continue;
      const patience = Math.min(
        failure.patienceMilliseconds,
        pair.context.signal.aborted ? CANCELLED_PATIENCE_MILLISECONDS : Infinity,
      );
      if (performance.now() - window.aliveAt >= patience) {
        const told = await explainDown(failure, pair, lane);
        return { failure: told, open: await window.settle() };
      }
      pair.context.report(`Trying again: ${failure.what}`);
      await wait(pause);
      pause = Math.min(LONGEST_WAIT_MILLISECONDS, pause * 2);
    }
  }
}

/** Passes over the same slots that find keys each time, and fewer never. */
const FRUITLESS_PASSES = 5;

class Window {
  /** Grows with whatever gets on. */
  progress = 0;
  aliveAt = performance.now();
  readonly #pair: Pair;
  readonly #lane: number;
  #slots: readonly number[];
  readonly #begun = new Set<number>();
  readonly #careful = new Set<number>();
  readonly #keysMoved = new Map<number, number>();
  #forgotPassword = false;
  /** Slots that were opened, or were found open, and are not closed. */
  readonly #open = new Set<number>();
  #databases: readonly number[] = [0];

  constructor(pair: Pair, lane: number, slots: readonly number[]) {
    this.#pair = pair;
    this.#lane = lane;
    this.#slots = slots;
  }

  /** True once. */
  mayForgetPassword(): boolean {
    const mayForget = !this.#forgotPassword;
    this.#forgotPassword = true;
    return mayForget;
  }

  /** From wherever it stands to the end, or, after a cancel, to where no slot is open. */
  async move(): Promise<void> {
    const states = await this.#look();
    const { source, context } = this.#pair;
    const slots = states.map(({ slot }) => slot);
    if (slots.length === 0) return;
    const lane = this.#lane;
    const bytesPerKey = await sampleSizes(this.#pair, lane, slots, this.#databases);
    for (const slot of slots) this.#open.add(slot);
    await openSlots(this.#pair, lane, states);
    for (const { slot, begun } of states) if (begun) this.#begun.add(slot);
    const taken = new Set(states.filter(({ atTarget }) => atTarget === 'owner').map(({ slot }) => slot));
    let left = await countKeys(source, slots, { lane });
    for (let fruitless = 0; left.keys.size > 0;) {
      const before = sumOf(left.keys, slots);
      await drain(this.#pair, lane, {
        ...left,
        bytesPerKey,
        taken,
        begun: this.#begun,
        careful: this.#careful,
        arrived: (slot, keys) => {
          this.#keysMoved.set(slot, (this.#keysMoved.get(slot) ?? 0) + keys);
          this.progress += keys;
        },
      });
      left = await countKeys(source, slots, { lane });
      if (context.signal.aborted && ![...left.keys.keys()].some(slot => this.#begun.has(slot))) break;
      fruitless = sumOf(left.keys, slots) < before ? 0 : fruitless + 1;
      if (fruitless === FRUITLESS_PASSES)
        throw new MigrationError(
          'engineFailed',
          `${source.address} goes on listing keys of ${slotsText(SlotSet.of(left.keys.keys()))} and does not hand them over.`,
          { node: source.address, slots: SlotSet.of(left.keys.keys()), remedy: "Look at that server's log." },
        );
    }
    await this.#close(states.filter(({ slot }) => !left.keys.has(slot)));
    const opened = states.map((state): SlotState => ({ ...state, atSource: 'migrating', atTarget: 'importing' }));
    await this.#takeBack(opened.filter(({ slot }) => left.keys.has(slot)));
  }

  /** After a failure: closes and takes back what can be. Resolves with the slots that stay open. */
  async settle(): Promise<SlotSet> {
    if (this.#open.size === 0) return SlotSet.empty;
    try {
      const states = (await this.#look()).filter(({ slot }) => this.#open.has(slot));
      const seen = new Set(states.map(({ slot }) => slot));
      for (const slot of this.#open) if (!seen.has(slot)) this.#open.delete(slot);
      const { keys } = await countKeys(this.#pair.source, [...seen], { lane: this.#lane });
      // A source that may still take new keys is not empty for good.
      const isEmptied = ({ slot, atSource, atTarget }: SlotState): boolean =>
        !keys.has(slot) && (atSource !== 'stable' || atTarget === 'owner');
      const isUntouched = ({ begun, atTarget, atSource }: SlotState): boolean =>
        !begun && atTarget !== 'owner' && atSource !== 'left';
      const emptied = states.filter(isEmptied);
      await this.#close(emptied);
      await this.#takeBack(states.filter(state => !emptied.includes(state) && isUntouched(state)));
    } catch {
      // The failure that brought us here is the one to tell; what stays open is in the outcome.
    }
    return SlotSet.of(this.#open);
  }

  async #look(): Promise<SlotState[]> {
    const { source, target, transfer } = this.#pair;
    const [ours, theirs] = await Promise.all([
      lookAtEnd(source, this.#slots, { lane: this.#lane }, { count: false }),
      lookAtEnd(target, this.#slots, { lane: this.#lane }, { count: true }),
    ]);
    const states = judgeSlots(this.#slots, transfer, ours, theirs);
    this.#databases = ours.databases;
    for (const { slot, begun, atSource, atTarget } of states) {
      if (atSource === 'migrating' || atTarget === 'importing') this.#open.add(slot);
      if (begun || atSource === 'left' || atTarget === 'owner') this.#begun.add(slot);
    }
    const pending = new Set(states.map(({ slot }) => slot));
    this.#finish(this.#slots.filter(slot => !pending.has(slot)));
    this.#slots = [...pending];
    return states;
  }

  async #close(states: readonly SlotState[]): Promise<void> {
    if (states.length === 0) return;
    await closeSlots(this.#pair, this.#lane, states);
    const closed = states.map(({ slot }) => slot);
    this.#slots = this.#slots.filter(slot => !closed.includes(slot));
    this.#finish(closed);
  }

  async #takeBack(states: readonly SlotState[]): Promise<void> {
    const late = new Set(await takeBack(this.#pair, this.#lane, states));
    for (const { slot } of states) if (!late.has(slot)) this.#open.delete(slot);
  }

  #finish(slots: readonly number[]): void {
    if (slots.length === 0) return;
    for (const slot of slots) this.#open.delete(slot);
    const keys = slots.reduce((sum, slot) => sum + (this.#keysMoved.get(slot) ?? 0), 0);
    this.progress += slots.length;
    this.#pair.context.moved(SlotSet.of(slots), keys);
  }
}

function sumOf(keys: Awaited<ReturnType<typeof countKeys>>['keys'], slots: readonly number[]): number {
  return slots.reduce((sum, slot) => sum + keysOf(keys, slot), 0);
}
