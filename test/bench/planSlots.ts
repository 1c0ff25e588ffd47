// How long slots are planned in a cluster of 1000 masters: balanced by slots and by keys, from as uneven as can be and from
// nearly even, drained, and moved by number.
import { planBalanceSlots } from '../../src/core/plan/planBalanceSlots';
import { planReshard } from '../../src/core/plan/planReshard';
import type { Plan } from '../../src/core/plan/types';
import { mergeLooks } from '../../src/core/topology/mergeLooks';
import { SLOT_COUNT } from '../../src/core/topology/slotSet';
import type { Topology } from '../../src/core/topology/types';
import { looksAt, modelCluster } from '../unit/topology/modelCluster';
import { present } from './report/present';

const masters = 1000;

void present({
  how:
    'CPU time of a pure function that plans which of 16,384 slots go from whom to whom among 1000 masters. redis-cli was not ' +
    'measured: it plans only for servers that run, and so many do not run here.',
  async measure({ runs, part }) {
    /** Sizes fall off like 1, 1/2, 1/3, ...: few masters have most, many have 1 slot. */
    const uneven = clusterOf(master => 1 / (master + 1));
    const nearlyEven = clusterOf(master => 1 + (master % 7) / 10);
    const inTurn = clusterOf(() => 1, 3);
    const keys = Array.from(
      { length: SLOT_COUNT },
      (_, slot) => ((slot * 7919) % 1009) + (slot % 500 === 0 ? 50_000 : 0),
    );
    const measurements = { keys, sources: {}, engines: {}, bigKeys: [] };
    const [first, second] = uneven.nodes.map(({ id }) => id) as [string, string];
    const plans: Record<string, () => Plan> = {
      'Balance by slots, sizes 1, 1/2, 1/3, …': () => planBalanceSlots(uneven),
      'Balance by slots, sizes within 1.7': () => planBalanceSlots(nearlyEven),
      'Balance by slots, slots owned in turn': () => planBalanceSlots(inTurn, { weights: { [first]: 3 } }),
      'Balance by keys, sizes 1, 1/2, 1/3, …': () => planBalanceSlots(uneven, { by: 'keys', measurements }),
      'Balance by keys, sizes within 1.7': () => planBalanceSlots(nearlyEven, { by: 'keys', measurements }),
      'Empty the largest master': () => planBalanceSlots(uneven, { weights: { [first]: 0 }, measurements }),
      'Move 10,000 slots to one': () => planReshard(uneven, { slots: 10_000, to: second, measurements }),
    };
    for (const [what, make] of Object.entries(plans))
      await part(what, async () => [
        {
          what,
          unit: 'ms',
          values: cpuTimes(make, runs(15)),
          goal: { most: 100 },
          summary: what.includes('by keys, sizes 1,'),
        },
      ]);
  },
});

/** Milliseconds of CPU. */
function cpuTimes(make: () => Plan, runs: number): number[] {
  const times: number[] = [];
  const warmUps = 3;
  for (let run = -warmUps; run < runs; run++) {
    const start = process.cpuUsage();
    make();
    const { user, system } = process.cpuUsage(start);
    if (run >= 0) times.push((user + system) / 1000);
  }
  return times;
}

/** Slots in runs of `length`, dealt out in turn, or each master's in one range. */
function clusterOf(sizeOf: (master: number) => number, length?: number): Topology {
  const sizes = Array.from({ length: masters }, (_, master) => sizeOf(master));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const slots = sizes.map(() => [] as string[]);
  if (length)
    for (let start = 0; start < SLOT_COUNT; start += length)
      slots[(start / length) % masters]!.push(`${start}-${Math.min(SLOT_COUNT, start + length) - 1}`);
  else {
    let start = 0;
    sizes.forEach((size, master) => {
      const left = SLOT_COUNT - start - (masters - master - 1);
      const count =
        master === masters - 1 ? left : Math.min(left, Math.max(1, Math.floor((size / total) * SLOT_COUNT)));
      slots[master]!.push(`${start}-${start + count - 1}`);
      start += count;
    });
  }
  const nodes = modelCluster(masters).map((node, master) => ({ ...node, slots: slots[master]!.join(' ') }));
  return mergeLooks(looksAt(nodes), { nowMilliseconds: 1_000_000 });
}
