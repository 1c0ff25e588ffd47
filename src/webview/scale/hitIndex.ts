import type { Rect } from '../layoutTopology';

/** Finds what lies at a point without asking everybody: what lies in the same square of the picture is asked. */
export class HitIndex<Item extends Rect> {
  readonly #buckets = new Map<string, Item[]>();

  constructor(items: readonly Item[]) {
    for (const item of items)
      for (let column = bucketOf(item.x); column <= bucketOf(item.x + item.width); column++)
        for (let row = bucketOf(item.y); row <= bucketOf(item.y + item.height); row++) {
          const key = `${column},${row}`;
          const bucket = this.#buckets.get(key);
          if (bucket) bucket.push(item);
          else this.#buckets.set(key, [item]);
        }
  }

  at(x: number, y: number): Item | undefined {
    return this.#buckets
      .get(`${bucketOf(x)},${bucketOf(y)}`)
      ?.find(item => x >= item.x && x < item.x + item.width && y >= item.y && y < item.y + item.height);
  }
}

const BUCKET = 64;

function bucketOf(at: number): number {
  return Math.floor(at / BUCKET);
}
