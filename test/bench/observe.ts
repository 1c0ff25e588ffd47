// What a look at a whole cluster costs: n nodes answer with n lines each.
import assert from 'node:assert/strict';
import { health } from '../../src/core/health/health';
import { diffTopologies } from '../../src/core/topology/diffTopologies';
import { mergeLooks } from '../../src/core/topology/mergeLooks';
import { parseClusterNodes } from '../../src/core/topology/parseClusterNodes';
import { SlotTextCache } from '../../src/core/topology/slotTextCache';
import type { Look } from '../../src/core/topology/types';
import { clusterInfo, modelCluster, renderNodes, serverInfo, type ModelNode } from '../unit/topology/modelCluster';
import { present } from './report/present';

/** Milliseconds of CPU, one a run. */
interface Costs {
  parse: number[];
  merge: number[];
  judge: number[];
}

const sizes = [6, 100, 1000];

void present({
  how:
    'CPU time to read what n nodes say of n nodes each, half of them masters, and to make one topology of it: n² lines. No other ' +
    'tool does the same: redis-cli takes the list of the one node it asks, and compares the slots of the others with it.',
  notes: [
    'Reading and merging grow with the number of lines and no faster: the same lines of different nodes are read once. The rows for ' +
      'each million lines tell; at 6 nodes that is mostly the fixed cost.',
  ],
  async measure({ amount, runs, part }) {
    for (const size of sizes.slice(0, amount(3, 2)))
      await part(`${size} nodes`, async () => {
        const { parse, merge, judge } = measure(size, runs(7));
        const both = parse.map((time, run) => time + merge[run]!);
        const lines = size ** 2;
        return [
          { what: `${size} nodes, ${lines} lines: parse`, unit: 'ms', values: parse },
          { what: `${size} nodes: merge`, unit: 'ms', values: merge },
          { what: `${size} nodes: health, and what changed`, unit: 'ms', values: judge },
          { what: `Parse and merge ${size} views of ${size} nodes`, unit: 'ms', values: both, summary: size === 1000 },
          {
            what: `${size} nodes: the same for each million lines`,
            unit: 'ms',
            values: both.map(time => (time * 1e6) / lines),
          },
        ];
      });
  },
});

function measure(size: number, runs: number): Costs {
  const nodes = modelCluster(size / 2, 1);
  const texts = nodes.map(node => renderNodes(nodes, node.id));
  const cache = new SlotTextCache();
  // A small cluster is looked at many times in one measurement: one look is too short for the clock.
  const repeats = Math.max(1, Math.floor(20_000 / size ** 2));
  const costs: Costs = { parse: [], merge: [], judge: [] };
  let looks: Look[] = [];
  let topology = mergeLooks([]);
  const warmUps = 2;
  for (let run = -warmUps; run < runs; run++) {
    const parse = timed(repeats, () => (looks = parseAll(nodes, texts, cache)));
    const merge = timed(repeats, () => (topology = mergeLooks(looks)));
    const before = topology;
    const judge = timed(repeats, () => [health(topology), diffTopologies(before, { ...topology })]);
    if (run < 0) continue;
    costs.parse.push(parse);
    costs.merge.push(merge);
    costs.judge.push(judge);
  }
  assert.deepEqual([topology.nodes.length, looks.length, topology.coveredSlots.count], [size, size, 16_384]);
  return costs;
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
