// How long slots are planned in a cluster of 1000 masters: balanced by slots and by keys, from as uneven as can be and from
// nearly even, drained, and moved by number. Run: npx tsx test/bench/planSlots.ts [runs]
import { planBalanceSlots } from '../../src/core/plan/planBalanceSlots';
import { planReshard } from '../../src/core/plan/planReshard';
import type { Plan } from '../../src/core/plan/types';
import { mergeLooks } from '../../src/core/topology/mergeLooks';
import { SLOT_COUNT } from '../../src/core/topology/slotSet';
import type { Topology } from '../../src/core/topology/types';
import { spread } from '../support/spread';
import { looksAt, modelCluster } from '../unit/topology/modelCluster';

const MASTERS = 1000;
const RUNS = Number(process.argv[2] ?? 15);

/** Sizes fall off like 1, 1/2, 1/3, ...: few masters have most, many have 1 slot. */
const uneven = clusterOf(master => 1 / (master + 1));
const nearlyEven = clusterOf(master => 1 + (master % 7) / 10);
const interleaved = clusterOf(() => 1, 3);
const keys = Array.from({ length: SLOT_COUNT }, (_, slot) => ((slot * 7919) % 1009) + (slot % 500 === 0 ? 50_000 : 0));
const measurements = { keys, sources: {}, engines: {}, bigKeys: [] };
const [first, second] = uneven.nodes.map(({ id }) => id) as [string, string];

console.log(
  `${MASTERS} masters, ${SLOT_COUNT} slots, ${RUNS} runs after 3 to warm up; ms of CPU time, median (min-max).`,
);
show('balance by slots, sizes 1, 1/2, 1/3, ...', () => planBalanceSlots(uneven));
show('balance by slots, sizes within 1.7', () => planBalanceSlots(nearlyEven));
show('balance by slots, slots owned in turn', () => planBalanceSlots(interleaved, { weights: { [first]: 3 } }));
show('balance by keys, sizes 1, 1/2, 1/3, ...', () => planBalanceSlots(uneven, { by: 'keys', measurements }));
show('balance by keys, sizes within 1.7', () => planBalanceSlots(nearlyEven, { by: 'keys', measurements }));
show('empty the largest master', () => planBalanceSlots(uneven, { weights: { [first]: 0 }, measurements }));
show('move 10,000 slots to one', () => planReshard(uneven, { slots: 10_000, to: second, measurements }));

function show(what: string, make: () => Plan): void {
  const times: number[] = [];
  let plan: Plan | undefined;
  for (let run = -3; run < RUNS; run++) {
    const start = process.cpuUsage();
    plan = make();
    const { user, system } = process.cpuUsage(start);
    if (run >= 0) times.push((user + system) / 1000);
  }
  const pairs = plan!.steps.flatMap(step => (step.kind === 'moveSlots' ? step.moves : [])).length;
  console.log(`${what.padEnd(45)} ${spread(times).padEnd(16)} ${pairs} pairs`);
}

/** Slots in runs of `length`, dealt out in turn, or each master's in one range. */
function clusterOf(sizeOf: (master: number) => number, length?: number): Topology {
  const sizes = Array.from({ length: MASTERS }, (_, master) => sizeOf(master));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const slots = sizes.map(() => [] as string[]);
  if (length)
    for (let start = 0; start < SLOT_COUNT; start += length)
      slots[(start / length) % MASTERS]!.push(`${start}-${Math.min(SLOT_COUNT, start + length) - 1}`);
  else {
    let start = 0;
    sizes.forEach((size, master) => {
      const left = SLOT_COUNT - start - (MASTERS - master - 1);
      const count =
        master === MASTERS - 1 ? left : Math.min(left, Math.max(1, Math.floor((size / total) * SLOT_COUNT)));
      slots[master]!.push(`${start}-${start + count - 1}`);
      start += count;
    });
  }
  const nodes = modelCluster(MASTERS).map((node, master) => ({ ...node, slots: slots[master]!.join(' ') }));
  return mergeLooks(looksAt(nodes), { nowMilliseconds: 1_000_000 });
}
