import assert from 'node:assert/strict';
import { apportion } from '../../../src/core/plan/slots/apportion';
import { balanceOf, evenOut, type Aim } from '../../../src/core/plan/slots/evenOut';
import { handOver } from '../../../src/core/plan/slots/handOver';
import { ownersOf, rangesByOwner, type Owners } from '../../../src/core/plan/slots/owners';
import { takeSlots } from '../../../src/core/plan/slots/takeSlots';
import { measuredWorth, unitWorth, type Worth } from '../../../src/core/plan/slots/worth';
import { SLOT_COUNT, SlotSet } from '../../../src/core/topology/slotSet';

describe('Whole shares', () => {
  it('go by weight, the rest to the largest remainders, then to who holds more, then to who comes first', () => {
    assert.deepEqual(apportion(10, [1, 1, 1]), [4, 3, 3]);
    assert.deepEqual(apportion(10, [1, 1, 1], [0, 0, 9]), [3, 3, 4]);
    assert.deepEqual(apportion(10, [1, 1, 1], [3, 4, 4]), [3, 4, 3]);
    assert.deepEqual(apportion(10, [1, 2, 1]), [3, 5, 2]);
    assert.deepEqual(apportion(7, [0, 1, 2]), [0, 2, 5]);
    assert.deepEqual(apportion(1, [0, 0.1, 0.1]), [0, 1, 0]);
  });
});

describe('Slots are taken', () => {
  const take = (ranges: string, wanted: number, takers = '', worth: Worth = unitWorth()) => {
    const pool = [...SlotSet.parse(ranges).ranges()];
    const theirs = SlotSet.parse(takers);
    const taken = takeSlots(pool, wanted, worth, slot => theirs.has(slot));
    return [SlotSet.fromRanges(taken).toString(), SlotSet.fromRanges(pool).toString()];
  };
  /** Slots of these worths from slot 0 on, nothing behind. */
  const worths = (...values: number[]): Worth => {
    const all = new Float64Array(SLOT_COUNT);
    all.set(values);
    return measuredWorth(all);
  };

  it('from the end that joins what the taker has', () => {
    assert.deepEqual(take('0-9,20-29', 3, '30-40'), ['27-29', '0-9,20-26']);
    assert.deepEqual(take('0-9,20-29', 3, '19'), ['20-22', '0-9,23-29']);
    assert.deepEqual(take('0-9,20-29', 3, '10'), ['7-9', '0-6,20-29']);
  });

  it('from the smallest range that joins it and has enough, else from all that join, the largest first', () => {
    assert.deepEqual(take('0-9,20-24,40-59', 4, '10,25,60'), ['21-24', '0-9,20,40-59']);
    assert.deepEqual(take('0-9,20-24,40-59', 22, '10,25,60'), ['8-9,40-59', '0-7,20-24']);
  });

  it('in whole ranges before one is cut, at its end, but not in crumbs', () => {
    assert.deepEqual(take('0-99,200-209', 10), ['200-209', '0-99']);
    assert.deepEqual(take('0-99,200-209', 15), ['95-99,200-209', '0-94']);
    assert.deepEqual(take('0-999,2000-2004', 50), ['950-999', '0-949,2000-2004']);
    assert.deepEqual(take('0-19,30-34', 100), ['0-19,30-34', '']);
    assert.deepEqual(take('0-19', 0), ['', '0-19']);
  });

  it('by what they are worth: never more than was wanted, none that are worth nothing', () => {
    assert.deepEqual(
      take('0-3', 5, '', worths(1, 1, 9, 1)),
      ['0-1', '2-3'],
      'less than half of the average is no range',
    );
    assert.deepEqual(take('0-5', 6, '6', worths(3, 3, 0, 3, 3, 0)), ['3-5', '0-2'], 'slot 2 would move for nothing');
    assert.deepEqual(take('0-1', 5, '', worths(9, 9)), ['', '0-1'], 'both are too much');
    assert.deepEqual(take('0-2', 5, '', worths(1, 4, 9)), ['0-1', '2'], 'it begins behind one that is too large');
  });
});

describe('Slots are handed over', () => {
  const worth = unitWorth();
  const hand = (slots: readonly string[], gives: readonly number[], takes: readonly number[]) => {
    const owners = ownersOf(slots.map(text => ({ slots: SlotSet.parse(text) })));
    const isChanged = handOver(owners, rangesByOwner(owners, slots.length), gives, takes, worth);
    return [isChanged, ...textsOf(owners, slots.length)];
  };

  it('between those whose amounts are equal first, then from the largest to the largest', () => {
    assert.deepEqual(hand(['0-99', '100-199', '', ''], [30, 50, 0, 0], [0, 0, 50, 30]), [
      true,
      '0-69',
      '100-149',
      '150-199',
      '70-99',
    ]);
    assert.deepEqual(hand(['0-99', '100-199', ''], [10, 20, 0], [0, 0, 30]), [
      true,
      '0-89',
      '100-179',
      '90-99,180-199',
    ]);
    assert.deepEqual(hand(['0-99', '', ''], [30, 0, 0], [0, 10, 20]), [true, '0-69', '70-79', '80-99']);
    assert.deepEqual(hand(['0-99', '100-199'], [0, 0], [0, 0]), [false, '0-99', '100-199']);
  });
});

describe('Slots are evened out by what they are worth', () => {
  const aimAt = (weights: Aim['weights'], values: (slot: number) => number, part = 0): Aim => ({
    weights,
    worth: measuredWorth(Float64Array.from({ length: SLOT_COUNT }, (_, slot) => values(slot))),
    isCounted: false,
    tolerance: { part, least: 0 },
  });
  const even = (slots: readonly string[], aim: Aim) => {
    const after = evenOut(ownersOf(slots.map(text => ({ slots: SlotSet.parse(text) }))), aim);
    return after && { owned: textsOf(after, slots.length), held: balanceOf(after, aim).map(({ held }) => held) };
  };

  it('as far as whole slots allow', () => {
    const giants = even(
      ['0-9', '10-19'],
      aimAt([1, 1], slot => [8, 7, 6, 5][slot] ?? 0),
    );
    assert.deepEqual(giants?.held, [15, 11], 'within the average slot');
    const one = even(
      ['0-20', '30'],
      aimAt([1, 1], slot => (slot === 10 ? 100 : slot <= 20 ? 1 : 0)),
    );
    assert.deepEqual([one?.held, one?.owned[0]], [[100, 20], '10'], 'all but the one that cannot be parted');
    assert.equal(
      even(
        ['0-9', '10-19'],
        aimAt([1, 1], slot => (slot === 3 ? 9 : 0)),
      ),
      undefined,
    );
    const turned = even(
      ['0-3', '4-7'],
      aimAt([1, 1], slot => [9, 9, 1, 1, 2, 2, 1, 1][slot] ?? 0),
    );
    assert.deepEqual(turned?.held, [11, 15]);
  });

  it('so that who shall have none has none, slots without keys too, in pieces to who has fewest for its weight', () => {
    const emptied = even(
      ['0-29', '100-199', '200-399'],
      aimAt([0, 1, 2], slot => (slot >= 100 && slot < 400 ? 1 : 0)),
    );
    assert.deepEqual(emptied?.held, [0, 100, 200]);
    assert.equal(emptied.owned[0], '');
    const shares = emptied.owned.map(text => SlotSet.parse(text).count);
    assert.deepEqual(shares, [0, 115, 215]);
    const lone = even(
      ['0', '100-199'],
      aimAt([0, 1], () => 1),
    );
    assert.deepEqual(lone?.owned, ['', '0,100-199']);
  });

  it('leaving alone who has no weight, and what is within the tolerance', () => {
    const values = (slot: number) => (slot < 400 ? 1 : 0);
    const apart = even(['0-199', '200-249', '300-399'], aimAt([1, 1, undefined], values));
    assert.deepEqual(apart?.held, [125, 125, 100]);
    assert.equal(even(['0-104', '200-299'], aimAt([1, 1], values, 0.05)), undefined);
    assert.deepEqual(even(['0-109', '200-289'], aimAt([1, 1], values, 0.05))?.held, [100, 100]);
  });
});

function textsOf(owners: Owners, masters: number): string[] {
  return rangesByOwner(owners, masters).map(ranges => SlotSet.fromRanges(ranges).toString());
}
