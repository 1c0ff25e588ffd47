import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PlanError } from '../../../src/core/plan/planError';
import { planBalanceSlots } from '../../../src/core/plan/planBalanceSlots';
import { planReshard } from '../../../src/core/plan/planReshard';
import type { BalanceSlotsRequest } from '../../../src/core/plan/slots/balanceAim';
import type { Plan } from '../../../src/core/plan/types';
import { SLOT_COUNT, SlotSet } from '../../../src/core/topology/slotSet';
import type { Topology } from '../../../src/core/topology/types';
import { nodeId } from '../../unit/topology/modelCluster';
import { topologyAfter } from './arbitraryBalance';
import {
  arbitraryDivision,
  arbitraryKeys,
  keysPerSlot,
  measurementsOf,
  movedSlots,
  movesOf,
  rangesIn,
  slotsAfter,
  topologyOf,
  type Division,
} from './arbitrarySlots';

const weight = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ min: 0.1, max: 5, noNaN: true }));

/** A cluster and weights for all its masters, not all of them 0. */
const weighted = arbitraryDivision.chain(division =>
  fc.record({
    division: fc.constant(division),
    weights: fc
      .array(weight, { minLength: division.length, maxLength: division.length })
      .filter(all => all.some(each => each > 0)),
  }),
);

describe('planBalanceSlots', () => {
  it('gives every master its share by weight, moves no slot in vain, and is content with what it planned', () => {
    fc.assert(
      fc.property(weighted, ({ division, weights }) => {
        const topology = topologyOf(division);
        const request = { weights: byId(weights), threshold: 0 };
        const plan = planOrNothing(topology, request);
        const after = plan ? slotsAfter(plan) : slotsNow(division);
        assertWhole(after);
        const sum = weights.reduce((all, each) => all + each, 0);
        let surplus = 0;
        division.forEach((slots, index) => {
          const share = (SLOT_COUNT / sum) * weights[index]!;
          const { count } = after.get(nodeId(index + 1))!;
          assert.ok(Math.abs(count - share) < 1 + 1e-6, `${count} of ${share}`);
          surplus += Math.max(0, slots.count - count);
        });
        assert.equal(plan ? movedIn(plan) : 0, surplus);
        if (!plan) return;
        // Who gives takes nothing: with the sum above, no way to these shares moves fewer.
        const targets = new Set(movesOf(plan).map(({ target }) => target.id));
        assert.ok(movesOf(plan).every(({ source }) => !targets.has(source.id)));
        assert.ok(movesOf(plan).length <= division.length - 1);
        assertNothingLeft(plan, request);
      }),
      { numRuns: 60 },
    );
  });

  it('moves no more than any other whole shares of equal weight would need', () => {
    fc.assert(
      fc.property(arbitraryDivision, division => {
        const plan = planOrNothing(topologyOf(division), { includeEmpty: true, threshold: 0 });
        const low = Math.floor(SLOT_COUNT / division.length);
        const higher = SLOT_COUNT - low * division.length;
        // The higher shares go to whoever has most: any other choice moves as many or more.
        const counts = division.map(({ count }) => count).sort((a, b) => b - a);
        const least = counts.reduce((sum, held, index) => sum + Math.max(0, held - low - (index < higher ? 1 : 0)), 0);
        assert.equal(plan ? movedIn(plan) : 0, least);
      }),
      { numRuns: 60 },
    );
  });

  it('makes at most one range more per pair of masters', () => {
    fc.assert(
      fc.property(weighted, ({ division, weights }) => {
        const plan = planOrNothing(topologyOf(division), { weights: byId(weights), threshold: 0 });
        if (!plan) return;
        const [before, after] = [rangesIn(plan.before.nodes), rangesIn(plan.after.nodes)];
        assert.ok(after <= before + movesOf(plan).length, `${before} -> ${after}, ${movesOf(plan).length} pairs`);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves alone what is within the threshold, and nothing else', () => {
    fc.assert(
      fc.property(arbitraryDivision, fc.integer({ min: 0, max: 60 }), (division, threshold) => {
        const plan = planOrNothing(topologyOf(division), { includeEmpty: true, threshold });
        const share = SLOT_COUNT / division.length;
        // The shares are whole: beside the exact one they may be almost 1 off.
        const farthest = Math.max(...division.map(({ count }) => Math.abs(count - share)));
        if (farthest > (share + 1) * (threshold / 100) + 1) assert.ok(plan);
        if (farthest + 1 < (share - 1) * (threshold / 100)) assert.equal(plan, undefined);
      }),
      { numRuns: 60 },
    );
  });

  it('by keys comes within the largest slot of every share, empties who shall be empty, and is content then', () => {
    fc.assert(
      fc.property(weighted, arbitraryKeys, fc.constantFrom(0, 2, 20), ({ division, weights }, counts, threshold) => {
        const keys = keysPerSlot(counts);
        const total = keys.reduce((sum, each) => sum + each, 0);
        const topology = topologyOf(division);
        const measurements = measurementsOf(keys);
        const request = { by: 'keys' as const, weights: byId(weights), threshold, measurements };
        const plan = planOrNothing(topology, request);
        const after = plan ? slotsAfter(plan) : slotsNow(division);
        assertWhole(after);
        const sum = weights.reduce((all, each) => all + each, 0);
        const largest = Math.max(...keys);
        division.forEach((_, index) => {
          const slots = after.get(nodeId(index + 1))!;
          const share = (total / sum) * weights[index]!;
          const held = [...slots].reduce((all, slot) => all + keys[slot]!, 0);
          const allowed = plan ? largest : Math.max(largest, (share * threshold) / 100);
          assert.ok(Math.abs(held - share) <= allowed * (1 + 1e-6), `${held} of ${share}, largest ${largest}`);
          if (weights[index] === 0) assert.ok(slots.isEmpty);
        });
        if (!plan) return;
        assertNothingLeft(plan, request);
        for (const { id, keys: counted = 0 } of plan.after.nodes)
          assert.equal(
            counted,
            [...after.get(id)!].reduce((all, slot) => all + keys[slot]!, 0),
          );
      }),
      { numRuns: 60 },
    );
  });
});

describe('planReshard', () => {
  const asked = arbitraryDivision.chain(division => {
    const masters = division.map((_, index) => index);
    return fc.record({
      division: fc.constant(division),
      targets: fc.shuffledSubarray(masters, { minLength: 1, maxLength: division.length - 1 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
  });

  it('moves exactly as many slots as asked for, from all others in proportion, evenly to the targets', () => {
    fc.assert(
      fc.property(asked, ({ division, targets, part }) => {
        const sources = division.map((_, index) => index).filter(index => !targets.includes(index));
        const available = sources.reduce((sum, index) => sum + division[index]!.count, 0);
        fc.pre(available > 0);
        const slots = Math.max(1, Math.round(part * available));
        const plan = planReshard(topologyOf(division), { slots, to: targets.map(index => nodeId(index + 1)) });
        assert.equal(movedIn(plan), slots);
        const after = slotsAfter(plan);
        assertWhole(after);
        const gained = (index: number): number => after.get(nodeId(index + 1))!.count - division[index]!.count;
        for (const index of targets) assert.ok(Math.abs(gained(index) - slots / targets.length) < 1);
        for (const index of sources)
          assert.ok(Math.abs(-gained(index) - (slots * division[index]!.count) / available) < 1 + 1e-6);
        assert.ok(movesOf(plan).length < division.length);
        assert.ok(rangesIn(plan.after.nodes) <= rangesIn(plan.before.nodes) + movesOf(plan).length);
      }),
      { numRuns: 60 },
    );
  });

  it('moves the slots that were named, but for those that are there already', () => {
    const runs = fc.array(fc.tuple(fc.nat(SLOT_COUNT - 1), fc.nat(3000)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(asked, runs, ({ division, targets }, ranges) => {
        const chosen = SlotSet.fromRanges(
          ranges.map(([start, length]) => ({ start, end: Math.min(SLOT_COUNT - 1, start + length) })),
        );
        const there = targets.reduce((all, index) => all.union(division[index]!), SlotSet.empty);
        fc.pre(!chosen.difference(there).isEmpty);
        const to = targets.map(index => nodeId(index + 1));
        const plan = planReshard(topologyOf(division), { slots: chosen.toString(), to });
        const moved = movedSlots(plan).reduce((all, slots) => all.union(slots), SlotSet.empty);
        assert.equal(moved.toString(), chosen.difference(there).toString());
        assert.equal(movedIn(plan), moved.count, 'none moves twice');
        assertWhole(slotsAfter(plan));
      }),
      { numRuns: 60 },
    );
  });
});

function byId(weights: readonly number[]): Record<string, number> {
  return Object.fromEntries(weights.map((each, index) => [nodeId(index + 1), each]));
}

function planOrNothing(topology: Topology, request: BalanceSlotsRequest): Plan | undefined {
  try {
    return planBalanceSlots(topology, request);
  } catch (error) {
    if (error instanceof PlanError && error.code === 'alreadyBalanced') return undefined;
    throw error;
  }
}

function assertNothingLeft(plan: Plan, request: BalanceSlotsRequest): void {
  assert.equal(planOrNothing(topologyAfter(plan.after.nodes), request), undefined);
}

function slotsNow(division: Division): Map<string, SlotSet> {
  return new Map(division.map((slots, index) => [nodeId(index + 1), slots]));
}

/** Every slot has one owner. */
function assertWhole(owned: ReadonlyMap<string, SlotSet>): void {
  let all = SlotSet.empty;
  let sum = 0;
  for (const slots of owned.values()) {
    all = all.union(slots);
    sum += slots.count;
  }
  assert.equal(sum, SLOT_COUNT);
  assert.equal(all.count, SLOT_COUNT);
}

function movedIn(plan: Plan): number {
  return movedSlots(plan).reduce((sum, { count }) => sum + count, 0);
}
