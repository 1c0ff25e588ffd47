import type { Picture } from '../picture';
import { bytesOnlyIn, sharePicture } from './sharedPictures';

export interface PastOptions {
  /** What is older goes; default one hour. */
  keptMilliseconds?: number;
  /** Estimated; where more comes together the oldest goes sooner. Default 40 MB. */
  keptBytes?: number;
}

/** A picture and for how long the cluster was seen like that. */
export interface PastMoment {
  picture: Picture;
  /** Milliseconds since 1970, of the first look that showed it. */
  atMilliseconds: number;
  /** Of the last look that showed it. Between that and the next moment nobody looked, or not yet. */
  seenUntilMilliseconds: number;
}

/**
 * How a cluster looked, for as long as the window is open: one entry per change, and of it only what changed. Bounded in time
 * and in memory.
 */
export class PastPictures {
  readonly #keptMilliseconds: number;
  readonly #keptBytes: number;
  readonly #moments: PastMoment[] = [];
  #bytes = 0;

  constructor({ keptMilliseconds = 3_600_000, keptBytes = 40_000_000 }: PastOptions = {}) {
    this.#keptMilliseconds = keptMilliseconds;
    this.#keptBytes = keptBytes;
  }

  /** What can be shown of the past begins here; undefined before the first look. */
  get sinceMilliseconds(): number | undefined {
    return this.#moments[0]?.atMilliseconds;
  }

  /** Estimated. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#moments.length;
  }

  /** One look. A look older than the last one is left out: the clock was put back. */
  add(picture: Picture, atMilliseconds: number): void {
    const last = this.#moments.at(-1);
    if (last && atMilliseconds < last.seenUntilMilliseconds) return;
    const shared = sharePicture(last?.picture, picture);
    const isUnbroken = last !== undefined && atMilliseconds - last.seenUntilMilliseconds <= LONGEST_GAP_MILLISECONDS;
    if (isUnbroken && shared === last.picture) last.seenUntilMilliseconds = atMilliseconds;
    else {
      this.#moments.push({ picture: shared, atMilliseconds, seenUntilMilliseconds: atMilliseconds });
      this.#bytes += bytesOnlyIn(shared, last?.picture);
    }
    this.#forget(atMilliseconds);
  }

  /** What was shown at that time; before the first look the first, after the last the last. Undefined without any. */
  at(milliseconds: number): PastMoment | undefined {
    return this.#moments[Math.max(0, this.#indexAt(milliseconds))];
  }

  /** The moment before the one of that time; the first stays the first. */
  before(milliseconds: number): PastMoment | undefined {
    return this.#moments[Math.max(0, this.#indexAt(milliseconds) - 1)];
  }

  /** The next moment; undefined where that is now. */
  after(milliseconds: number): PastMoment | undefined {
    return this.#moments[this.#indexAt(milliseconds) + 1];
  }

  /** Of the latest moment that had begun by then; -1 before the first. */
  #indexAt(milliseconds: number): number {
    let [low, high] = [0, this.#moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#moments[middle]!.atMilliseconds <= milliseconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #forget(nowMilliseconds: number): void {
    for (;;) {
      const [oldest, next] = this.#moments;
      if (!oldest || !next) return;
      const isOld = nowMilliseconds - next.atMilliseconds >= this.#keptMilliseconds;
      if (!isOld && this.#bytes <= this.#keptBytes) return;
      this.#moments.shift();
      this.#bytes -= bytesOnlyIn(oldest.picture, next.picture);
    }
  }
}

/** Longer than any pause between two looks while somebody watches. */
const LONGEST_GAP_MILLISECONDS = 30_000;
