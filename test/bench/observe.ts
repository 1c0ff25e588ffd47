// What a look at a whole cluster costs: n nodes answer with n lines each. Prints the time per line at three sizes; if the
// parser and the merge are linear, it stays the same. Run: npx tsx test/bench/observe.ts [runs]
import { diffTopologies } from '../../src/core/topology/diffTopologies';
import { health } from '../../src/core/health/health';
import { mergeLooks } from '../../src/core/topology/mergeLooks';
import { parseClusterNodes } from '../../src/core/topology/parseClusterNodes';
import { SlotTextCache } from '../../src/core/topology/slotTextCache';
import type { Look } from '../../src/core/topology/types';
import { clusterInfo, modelCluster, renderNodes, serverInfo, type ModelNode } from '../unit/topology/modelCluster';

const SIZES = [6, 100, 1000];
const RUNS = Number(process.argv[2] ?? 7);

const rows = SIZES.map(measure);
const smallest = rows[1]!;
console.log(`${RUNS} runs after 2 to warm up; median (min-max) of CPU time. Half masters, half replicas.`);
console.log(
  'nodes | lines     | parse ms           | merge ms           | health + diff ms   | lines/s    | ns/line | vs 100 | heap MB',
);
for (const row of rows) {
  const perLine = ((row.parse.median + row.merge.median) * 1e6) / row.lines;
  const perLineThere = ((smallest.parse.median + smallest.merge.median) * 1e6) / smallest.lines;
  console.log(
    [
      String(row.nodes).padEnd(5),
      String(row.lines).padEnd(9),
      show(row.parse),
      show(row.merge),
      show(row.judge),
      String(Math.round(1e9 / perLine)).padEnd(10),
      perLine.toFixed(0).padEnd(7),
      `x${(perLine / perLineThere).toFixed(2)}`.padEnd(6),
      row.heapMegabytes.toFixed(1),
    ].join(' | '),
  );
}

interface Spread {
  median: number;
  min: number;
  max: number;
}

interface Row {
  nodes: number;
  lines: number;
  parse: Spread;
  merge: Spread;
  judge: Spread;
  /** What the last look and its topology keep. */
  heapMegabytes: number;
}

function measure(size: number): Row {
  const nodes = modelCluster(size / 2, 1);
  const texts = nodes.map(node => renderNodes(nodes, node.id));
  const cache = new SlotTextCache();
  // A small cluster is looked at many times in one measurement: one look is too short for the clock.
  const repeats = Math.max(1, Math.floor(20_000 / size ** 2));
  const [parse, merge, judge]: number[][] = [[], [], []];
  const heapBefore = heapMegabytes();
  let looks: Look[] = [];
  let topology = mergeLooks([]);
  for (let run = -2; run < RUNS; run++) {
    const parseTime = timed(repeats, () => (looks = parseAll(nodes, texts, cache)));
    const mergeTime = timed(repeats, () => (topology = mergeLooks(looks)));
    const before = topology;
    const judgeTime = timed(repeats, () => [health(topology), diffTopologies(before, { ...topology })]);
    if (run < 0) continue;
    parse!.push(parseTime);
    merge!.push(mergeTime);
    judge!.push(judgeTime);
  }
  const kept = heapMegabytes() - heapBefore;
  if (topology.nodes.length !== size || looks.length !== size || topology.coveredSlots.count !== 16384)
    throw new Error(`The merge of ${size} views is wrong.`);
  return {
    nodes: size,
    lines: size * size,
    parse: spread(parse!),
    merge: spread(merge!),
    judge: spread(judge!),
    heapMegabytes: kept,
  };
}

function parseAll(nodes: readonly ModelNode[], texts: readonly string[], cache: SlotTextCache): Look[] {
  return nodes.map((node, index) => {
    const address = `${node.host}:${node.port}`;
    return {
      view: {
        address,
        observedAtMilliseconds: 1,
        roundTripMilliseconds: 1,
        // As from a socket: a new text each time, whose lines nobody hashed yet.
        lines: parseClusterNodes(Buffer.from(texts[index]!).toString(), address, cache),
        clusterInfo: clusterInfo('ok'),
        serverInfo: serverInfo(node.role === 'slave' ? { role: 'replica' } : {}),
      },
    };
  });
}

/** Milliseconds of CPU, all threads: steadier than the clock on a machine that does other things too. */
function timed(repeats: number, work: () => unknown): number {
  const start = process.cpuUsage();
  for (let count = 0; count < repeats; count++) work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / repeats;
}

function spread(times: number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)]!, min: sorted[0]!, max: sorted[sorted.length - 1]! };
}

function show({ median, min, max }: Spread): string {
  const digits = median < 1 ? 3 : 1;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`.padEnd(18);
}

function heapMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
}
