import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  countSlots,
  formatRanges,
  intersectRanges,
  joinRanges,
  rangesOf,
  readRange,
  readRanges,
  subtractRanges,
  type SlotRange,
} from '../../../src/shared/slotRanges';

describe('slot ranges as text', () => {
  it('reads slots and ranges in any order and joins what touches', () => {
    assert.deepEqual(readRanges(' 5461, 0-100\t101 90-110 '), {
      ranges: [
        { start: 0, end: 110 },
        { start: 5461, end: 5461 },
      ],
    });
    assert.deepEqual(readRanges(''), { ranges: [] });
    assert.deepEqual(rangesOf('7,5-6'), [{ start: 5, end: 7 }]);
  });

  for (const part of ['x', '1-', '-1', '7-3', '16384', '0-16384', '1.5', '123456', '0x10', '٣'])
    it(`gives back ${part}, which it cannot read`, () => {
      assert.deepEqual(readRanges(`0-5,${part},9`), { unreadable: part });
      assert.deepEqual(rangesOf(`0-5,${part},9`), []);
      assert.equal(readRange(part), undefined);
    });

  it('writes what it reads', () => {
    const ranges = joinRanges([
      { start: 9, end: 9 },
      { start: 16383, end: 16383 },
      { start: 0, end: 7 },
    ]);
    assert.equal(formatRanges(ranges), '0-7,9,16383');
    assert.equal(countSlots(ranges), 10);
    assert.equal(formatRanges([]), '');
  });

  it('intersects and subtracts as sets do', () => {
    const slot = fc.oneof(fc.nat(60), fc.integer({ min: 16330, max: 16383 }));
    const ranges = fc
      .array(fc.tuple(slot, slot).map(([one, other]) => ({ start: Math.min(one, other), end: Math.max(one, other) })))
      .map(joinRanges);
    const slotsIn = (given: readonly SlotRange[]) =>
      new Set(given.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, index) => start + index)));
    fc.assert(
      fc.property(ranges, ranges, (some, others) => {
        const excluded = slotsIn(others);
        const [inBoth, left] = [intersectRanges(some, others), subtractRanges(some, others)];
        assert.deepEqual(
          [...slotsIn(inBoth)],
          [...slotsIn(some)].filter(each => excluded.has(each)),
        );
        assert.deepEqual(
          [...slotsIn(left)],
          [...slotsIn(some)].filter(each => !excluded.has(each)),
        );
        assert.deepEqual([joinRanges(inBoth), joinRanges(left)], [inBoth, left], 'maximal runs');
      }),
      { numRuns: 50 },
    );
  });
});
