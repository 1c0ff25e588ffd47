/** Number of hash slots of every Redis and Valkey cluster. */
export const SLOT_COUNT = 16384;

/** Inclusive on both ends, 0 to 16383. */
export interface SlotRange {
  start: number;
  end: number;
}

const WORDS = SLOT_COUNT / 32;

/**
 * An immutable set of hash slots, kept as 16,384 bits: union, difference and comparison are 512 word operations.
 * Ranges and text (`0-5460,7000`) go in and out; `JSON.stringify` gives that text.
 */
export class SlotSet implements Iterable<number> {
  static readonly empty = new SlotSet(new Uint32Array(WORDS));
  static readonly all = SlotSet.fromRanges([{ start: 0, end: SLOT_COUNT - 1 }]);

  readonly #words: Uint32Array;
  #text: string | undefined;
  /** How many slots are in the set. */
  readonly count: number;

  private constructor(words: Uint32Array) {
    this.#words = words;
    let count = 0;
    for (const word of words) count += bitCount(word);
    this.count = count;
  }

  /** Throws a RangeError for a slot outside 0-16383 or a range that runs backwards. */
  static fromRanges(ranges: Iterable<SlotRange>): SlotSet {
    const words = new Uint32Array(WORDS);
    for (const { start, end } of ranges) {
      checkSlot(start);
      checkSlot(end);
      if (start > end) throw new RangeError(`Slot range ${start}-${end} runs backwards.`);
      fill(words, start, end);
    }
    return new SlotSet(words);
  }

  /** Throws a RangeError for a slot outside 0-16383. */
  static of(slots: Iterable<number>): SlotSet {
    const words = new Uint32Array(WORDS);
    for (const slot of slots) {
      checkSlot(slot);
      words[slot >>> 5]! |= 1 << (slot & 31);
    }
    return new SlotSet(words);
  }

  /** Reads `0-5460,7000` (commas or blanks between). Throws a RangeError that quotes the part it cannot read. */
  static parse(text: string): SlotSet {
    const ranges: SlotRange[] = [];
    for (const part of text.split(/[\s,]+/)) {
      if (part === '') continue;
      const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
      if (!match) throw new RangeError(`"${part}" is not a slot or a range of slots such as 0-5460.`);
      const start = Number(match[1]);
      ranges.push({ start, end: match[2] === undefined ? start : Number(match[2]) });
    }
    return SlotSet.fromRanges(ranges);
  }

  /** What is in any of them; one pass, where a union after the other copies as many times. */
  static unionOf(sets: Iterable<SlotSet>): SlotSet {
    const [first, ...more] = [...sets].filter(({ isEmpty }) => !isEmpty);
    if (!first || more.length === 0) return first ?? SlotSet.empty;
    const words = first.#words.slice();
    for (const set of more) for (let index = 0; index < WORDS; index++) words[index]! |= set.#words[index]!;
    return new SlotSet(words);
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** The lowest slot, undefined when empty. */
  get first(): number | undefined {
    return this.isEmpty ? undefined : this.#next(0, true);
  }

  has(slot: number): boolean {
    return slot >= 0 && slot < SLOT_COUNT && (this.#words[slot >>> 5]! & (1 << (slot & 31))) !== 0;
  }

  equals(other: SlotSet): boolean {
    if (this === other) return true;
    if (this.count !== other.count) return false;
    for (let index = 0; index < WORDS; index++) if (this.#words[index] !== other.#words[index]) return false;
    return true;
  }

  // A loop each: one that is given the operation calls it 512 times.
  union(other: SlotSet): SlotSet {
    const words = this.#words.slice();
    for (let index = 0; index < WORDS; index++) words[index]! |= other.#words[index]!;
    return new SlotSet(words);
  }

  intersection(other: SlotSet): SlotSet {
    const words = this.#words.slice();
    for (let index = 0; index < WORDS; index++) words[index]! &= other.#words[index]!;
    return new SlotSet(words);
  }

  difference(other: SlotSet): SlotSet {
    const words = this.#words.slice();
    for (let index = 0; index < WORDS; index++) words[index]! &= ~other.#words[index]!;
    return new SlotSet(words);
  }

  /** Maximal runs, ascending. */
  ranges(): SlotRange[] {
    const ranges: SlotRange[] = [];
    for (let start = this.#next(0, true); start < SLOT_COUNT;) {
      const afterEnd = this.#next(start, false);
      ranges.push({ start, end: afterEnd - 1 });
      start = this.#next(afterEnd, true);
    }
    return ranges;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let index = 0; index < WORDS; index++) {
      let word = this.#words[index]!;
      while (word !== 0) {
        yield index * 32 + trailingZeros(word);
        word &= word - 1;
      }
    }
  }

  /** `0-5460,7000`; the empty set is the empty text. */
  toString(): string {
    this.#text ??= this.ranges()
      .map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`))
      .join(',');
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }

  // The first slot from `from` on that is (or is not) in the set, a word at a time; SLOT_COUNT when there is none.
  #next(from: number, present: boolean): number {
    const flip = present ? 0 : -1;
    let index = from >>> 5;
    if (index >= WORDS) return SLOT_COUNT;
    let word = (this.#words[index]! ^ flip) & (-1 << (from & 31));
    while (word === 0) {
      if (++index === WORDS) return SLOT_COUNT;
      word = this.#words[index]! ^ flip;
    }
    return index * 32 + trailingZeros(word);
  }
}

function checkSlot(slot: number): void {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOT_COUNT)
    throw new RangeError(`${slot} is not a slot: slots are 0 to ${SLOT_COUNT - 1}.`);
}

// Whole words at a time: a shard of thousands of slots costs a few hundred writes.
function fill(words: Uint32Array, start: number, end: number): void {
  const firstWord = start >>> 5;
  const lastWord = end >>> 5;
  const firstMask = (-1 << (start & 31)) >>> 0;
  const lastMask = -1 >>> (31 - (end & 31));
  if (firstWord === lastWord) {
    words[firstWord]! |= firstMask & lastMask;
    return;
  }
  words[firstWord]! |= firstMask;
  words.fill(0xffffffff, firstWord + 1, lastWord);
  words[lastWord]! |= lastMask;
}

function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
