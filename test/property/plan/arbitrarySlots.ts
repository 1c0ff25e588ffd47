import fc from 'fast-check';
import type { SlotMeasurements } from '../../../src/core/plan/slots/measurements';
import type { Plan, PlannedNode, SlotMove } from '../../../src/core/plan/types';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { SLOT_COUNT, SlotSet } from '../../../src/core/topology/slotSet';
import type { Topology } from '../../../src/core/topology/types';
import { looksAt, modelCluster, type ModelNode } from '../../unit/topology/modelCluster';

/** Per master its slots; some have none. All slots are owned. */
export type Division = readonly SlotSet[];

/** From whole ranges to many small ones, owned in turn, by 2 to 9 masters of which at least one has slots. */
export const arbitraryDivision: fc.Arbitrary<Division> = fc.integer({ min: 2, max: 9 }).chain(masters =>
  fc
    .array(
      fc.tuple(fc.nat(masters - 1), fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 4000 }))),
      {
        minLength: 1,
        maxLength: 60,
      },
    )
    .map(runs => {
      const owned = Array.from({ length: masters }, (): number[] => []);
      let slot = 0;
      for (let index = 0; slot < SLOT_COUNT; index++) {
        const [owner, length] = runs[index % runs.length]!;
        for (let end = Math.min(SLOT_COUNT, slot + length); slot < end; slot++) owned[owner]!.push(slot);
      }
      return owned.map(slots => SlotSet.of(slots));
    }),
);

export function topologyOf(division: Division, replicasPerMaster = 0): Topology {
  const nodes = modelCluster(division.length, replicasPerMaster).map((node, index): ModelNode => ({
    ...node,
    slots: (division[index] ?? SlotSet.empty).toString().replaceAll(',', ' '),
  }));
  return mergeLooks(looksAt(nodes), { nowMilliseconds: 1_000_000 });
}

/** Keys per slot, told shortly: a pattern that repeats, and slots that dwarf the others. */
export interface KeyCounts {
  pattern: number[];
  giants: [slot: number, keys: number][];
}

export const arbitraryKeys: fc.Arbitrary<KeyCounts> = fc
  .record({
    pattern: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }) },
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 50_000 }) },
      ),
      { minLength: 1, maxLength: 200 },
    ),
    giants: fc.array(fc.tuple(fc.nat(SLOT_COUNT - 1), fc.integer({ min: 1, max: 1_000_000 })), { maxLength: 3 }),
  })
  .filter(({ pattern, giants }) => giants.length > 0 || pattern.some(keys => keys > 0));

export function keysPerSlot({ pattern, giants }: KeyCounts): number[] {
  const keys = Array.from({ length: SLOT_COUNT }, (_, slot) => pattern[slot % pattern.length]!);
  for (const [slot, count] of giants) keys[slot] = count;
  return keys;
}

export function measurementsOf(keys: readonly number[], given: Partial<SlotMeasurements> = {}): SlotMeasurements {
  return { keys, sources: {}, engines: {}, bigKeys: [], ...given };
}

export function movesOf({ steps }: Plan): SlotMove[] {
  return steps.flatMap(step => (step.kind === 'moveSlots' ? step.moves : []));
}

export function movedSlots(plan: Plan): SlotSet[] {
  return movesOf(plan).map(({ slots }) => SlotSet.parse(slots));
}

export function slotsAfter({ after }: Plan): Map<string, SlotSet> {
  return new Map(mastersIn(after.nodes).map(({ id, slots }) => [id, SlotSet.parse(slots)]));
}

function mastersIn(nodes: readonly PlannedNode[]): PlannedNode[] {
  return nodes.filter(({ role }) => role !== 'replica');
}

/** Ranges of all masters together. */
export function rangesIn(nodes: readonly PlannedNode[]): number {
  return nodes.reduce((sum, { slots }) => sum + SlotSet.parse(slots).ranges().length, 0);
}
