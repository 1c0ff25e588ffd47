import type { SlotSet } from './slotSet';
import type { NodeLine } from './types';

const MAXIMUM_LINES = 16_384;
const MAXIMUM_SLOT_TEXTS = 4_096;

/**
 * Shares what is the same in many CLUSTER NODES replies: a look at n nodes reads n² lines, of which some n differ.
 * Keep one per cluster and pass it to every parse; it never holds more than 16,384 lines and 4,096 slot sets (some 20 MB).
 */
export class SlotTextCache {
  readonly #slots = new Map<string, SlotSet>();
  readonly #lines = new Map<string, NodeLine>();

  /** The set of this text, read by `read` the first time. */
  slots(text: string, read: () => SlotSet): SlotSet {
    return remember(this.#slots, MAXIMUM_SLOT_TEXTS, text, read);
  }

  /** The line of this text (without its ping times), read by `read` the first time. */
  line(text: string, read: () => NodeLine): NodeLine {
    return remember(this.#lines, MAXIMUM_LINES, text, read);
  }
}

// Starting over when full is enough: what is in use comes back with the next reply.
function remember<Value>(values: Map<string, Value>, maximum: number, text: string, read: () => Value): Value {
  const known = values.get(text);
  if (known !== undefined) return known;
  const value = read();
  if (values.size >= maximum) values.clear();
  values.set(text, value);
  return value;
}
