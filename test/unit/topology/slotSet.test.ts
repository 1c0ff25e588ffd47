import assert from 'node:assert/strict';
import { SlotSet } from '../../../src/core/topology/slotSet';

describe('SlotSet', () => {
  it('has the runs at both ends and across word borders', () => {
    const slots = SlotSet.parse('0,31-32,63-96,16383');
    assert.deepEqual(slots.ranges(), [
      { start: 0, end: 0 },
      { start: 31, end: 32 },
      { start: 63, end: 96 },
      { start: 16383, end: 16383 },
    ]);
    assert.equal(slots.count, 38);
    assert.equal(slots.first, 0);
    assert.equal(JSON.stringify({ slots }), '{"slots":"0,31-32,63-96,16383"}');
  });

  it('is the whole range or nothing at the extremes', () => {
    assert.deepEqual(SlotSet.all.ranges(), [{ start: 0, end: 16383 }]);
    assert.deepEqual(SlotSet.empty.ranges(), []);
    assert.equal(SlotSet.empty.first, undefined);
    assert.ok(SlotSet.all.difference(SlotSet.all).equals(SlotSet.empty));
    assert.ok(!SlotSet.all.has(16384) && !SlotSet.all.has(-1) && SlotSet.all.has(16383));
  });

  it('refuses what is no slot, quoting it', () => {
    for (const text of ['16384', '5-3', 'x', '1-', '-1', '1-2-3'])
      assert.throws(() => SlotSet.parse(text), RangeError, text);
    assert.throws(() => SlotSet.of([1.5]), /1\.5 is not a slot/);
  });
});
