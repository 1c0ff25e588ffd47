import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SLOT_COUNT, SlotSet } from '../../../src/core/topology/slotSet';

const slot = fc.oneof(fc.integer({ min: 0, max: SLOT_COUNT - 1 }), fc.constantFrom(0, 31, 32, 63, 64, SLOT_COUNT - 1));
/** Lone slots and runs: the empty set, dense sets and ones that cross word borders. */
const slots = fc
  .array(fc.oneof(fc.tuple(slot, fc.constant(0)), fc.tuple(slot, fc.integer({ min: 1, max: 3000 }))), { maxLength: 12 })
  .map(runs => {
    const model = new Set<number>();
    for (const [start, length] of runs)
      for (let each = start; each <= Math.min(start + length, SLOT_COUNT - 1); each++) model.add(each);
    return model;
  });

function sorted(model: Iterable<number>): number[] {
  return [...model].sort((a, b) => a - b);
}

function assertSame(actual: SlotSet, expected: ReadonlySet<number>): void {
  assert.equal(actual.count, expected.size);
  assert.deepEqual([...actual], sorted(expected));
  assert.equal(actual.first, sorted(expected)[0]);
  assert.equal(actual.isEmpty, expected.size === 0);
}

describe('SlotSet, compared with a plain Set', () => {
  it('holds what it was made of', () => {
    fc.assert(
      fc.property(slots, slot, (model, probe) => {
        const set = SlotSet.of(model);
        assertSame(set, model);
        assert.equal(set.has(probe), model.has(probe));
      }),
    );
  });

  it('unites, intersects and subtracts alike, and leaves its operands alone', () => {
    fc.assert(
      fc.property(slots, slots, (a, b) => {
        const [setA, setB] = [SlotSet.of(a), SlotSet.of(b)];
        assertSame(setA.union(setB), new Set([...a, ...b]));
        assertSame(setA.intersection(setB), new Set([...a].filter(each => b.has(each))));
        assertSame(setA.difference(setB), new Set([...a].filter(each => !b.has(each))));
        assert.equal(setA.equals(setB), a.size === b.size && [...a].every(each => b.has(each)));
        assertSame(setA, a);
        assertSame(setB, b);
      }),
    );
  });

  it('unites any number of sets alike', () => {
    fc.assert(
      fc.property(fc.array(slots, { maxLength: 4 }), models => {
        const sets = models.map(model => SlotSet.of(model));
        assertSame(SlotSet.unionOf(sets), new Set(models.flatMap(model => [...model])));
        models.forEach((model, at) => assertSame(sets[at]!, model));
      }),
    );
  });

  it('has maximal ascending ranges that make the same set again', () => {
    fc.assert(
      fc.property(slots, model => {
        const set = SlotSet.of(model);
        const ranges = set.ranges();
        ranges.forEach(({ start, end }, index) => {
          assert.ok(start <= end);
          if (index > 0) assert.ok(start > ranges[index - 1]!.end + 1);
        });
        assert.ok(SlotSet.fromRanges(ranges).equals(set));
        assert.ok(SlotSet.parse(set.toString()).equals(set));
        assert.ok(SlotSet.parse(set.toString().replaceAll(',', ' ')).equals(set));
        assert.equal(JSON.stringify(set), JSON.stringify(set.toString()));
      }),
    );
  });
});
