import assert from 'node:assert/strict';
import fc from 'fast-check';
import { balanceOf, evenOut, type Aim } from '../../../src/core/plan/slots/evenOut';
import type { Owners } from '../../../src/core/plan/slots/owners';
import { measuredWorth } from '../../../src/core/plan/slots/worth';
import { SLOT_COUNT } from '../../../src/core/topology/slotSet';

const mostSlots = 30;

/** A cluster of which only the first slots have an owner, with what these are worth: 0, little, or more than all others. */
const scene = fc.integer({ min: 2, max: 5 }).chain(masters =>
  fc.record({
    slots: fc.array(
      fc.tuple(
        fc.nat(masters - 1),
        fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2000 })),
      ),
      { minLength: 1, maxLength: mostSlots },
    ),
    weights: fc
      .array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 5 }), {
        minLength: masters,
        maxLength: masters,
      })
      .filter(all => all.some(weight => weight !== undefined && weight > 0)),
  }),
);

describe('evenOut', () => {
  it('gives everybody a share within the largest slot, takes nothing from who keeps all, and is content then', () => {
    fc.assert(
      fc.property(scene, ({ slots, weights }) => {
        const owners = new Int32Array(SLOT_COUNT).fill(-1);
        const values = new Float64Array(SLOT_COUNT);
        slots.forEach(([owner, value], slot) => {
          owners[slot] = owner;
          values[slot] = value;
        });
        const aim: Aim = { weights, worth: measuredWorth(values), isCounted: false, tolerance: { part: 0, least: 0 } };
        const after = evenOut(owners, aim);
        const now = after ?? owners;
        assert.ok(now.every((owner, slot) => owner >= 0 === owners[slot]! >= 0));
        const largest = Math.max(...values);
        balanceOf(now, aim).forEach(({ share, held }, master) => {
          if (weights[master] === undefined) assert.deepEqual(slotsOf(now, master), slotsOf(owners, master));
          if (weights[master] === 0) assert.deepEqual(slotsOf(now, master), []);
          assert.ok(Math.abs(held - share) <= largest * (1 + 1e-9), `${held} of ${share}, largest ${largest}`);
        });
        if (!after) return;
        assert.equal(evenOut(after, aim), undefined);
        if (!weights.includes(0)) assert.ok(faultOf(after, aim) < faultOf(owners, aim));
      }),
      { numRuns: 150 },
    );
  });
});

function slotsOf(owners: Owners, master: number): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < mostSlots; slot++) if (owners[slot] === master) slots.push(slot);
  return slots;
}

function faultOf(owners: Owners, aim: Aim): number {
  return balanceOf(owners, aim).reduce((sum, { share, held }) => sum + (held - share) ** 2, 0);
}
