import type { SlotSet } from './slotSet';
import type { NodeLine } from './types';

const MAXIMUM_LINES = 16_384;
const MAXIMUM_SLOT_TEXTS = 4_096;
/** Of lines whose ids begin alike: a node says few different ones at a time, and ids that are not random must not cost more. */
const MAXIMUM_ALIKE = 16;

/** A line as it is sent: only the two ping times between `head` and `tail` differ between nodes that say the same. */
export interface LineText {
  head: string;
  tail: string;
}

/**
 * Shares what is the same in many CLUSTER NODES replies: a look at n nodes reads n² lines, of which some n differ.
 * Keep one per cluster and pass it to every parse; it never holds more than 16,384 lines and 4,096 slot sets (some 20 MB).
 */
export class SlotTextCache {
  readonly #slots = new Map<string, SlotSet>();
  readonly #lines = new Map<number, (LineText & { line: NodeLine })[]>();
  #lineCount = 0;

  /** The set of this text, read by `read` the first time. */
  slots(text: string, read: () => SlotSet): SlotSet {
    const known = this.#slots.get(text);
    if (known !== undefined) return known;
    const value = read();
    // Starting over when full is enough: what is in use comes back with the next reply.
    if (this.#slots.size >= MAXIMUM_SLOT_TEXTS) this.#slots.clear();
    this.#slots.set(text, value);
    return value;
  }

  /** The line that stands in `text` from `start` up to `end`, whatever its times; undefined when it is not known. */
  find(text: string, start: number, end: number): NodeLine | undefined {
    const known = this.#lines.get(keyAt(text, start));
    if (!known) return undefined;
    for (const { head, tail, line } of known) {
      const [timesStart, timesEnd] = [start + head.length, end - tail.length];
      // Several times as fast as `startsWith`.
      if (text.slice(start, timesStart) !== head || text.slice(timesEnd, end) !== tail) continue;
      if (areTimes(text, timesStart, timesEnd - 1)) return line;
    }
    return undefined;
  }

  keep({ head, tail }: LineText, line: NodeLine): void {
    const key = keyAt(head, 0);
    const known = this.#lines.get(key);
    if (known && known.length >= MAXIMUM_ALIKE) {
      known.shift();
      known.push({ head, tail, line });
      return;
    }
    if (this.#lineCount++ >= MAXIMUM_LINES) {
      this.#lines.clear();
      this.#lineCount = 1;
    }
    const alike = this.#lines.get(key);
    if (alike) alike.push({ head, tail, line });
    else this.#lines.set(key, [{ head, tail, line }]);
  }
}

/** Of the first digits of an id, which are random: without a copy of the id and its hash. */
function keyAt(text: string, start: number): number {
  let key = 0;
  for (let index = start; index < start + 8; index++) key = (key * 31 + text.charCodeAt(index)) | 0;
  return key;
}

/** Whether two whole numbers with a blank between stand there; read in place because this runs for every line of every look. */
export function areTimes(text: string, start: number, end: number): boolean {
  let digits = 0;
  let blanks = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) digits++;
    else if (code === 32 && digits > 0 && blanks++ === 0) digits = 0;
    else return false;
  }
  return digits > 0 && blanks === 1;
}
