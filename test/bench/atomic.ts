/**
 * Moving slots atomically: this core against the bare command of the server, driven by hand and looked at every millisecond,
 * in turns, on the same two masters. Needs a server that can do it (RCM_TEST_SERVER).
 *
 *   npx tsx test/bench/atomic.ts [--runs 7] [--keys 250000] [--slots 4096]
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ClusterConnections } from '../../src/core/connection/clusterConnections';
import { moveSlotsBy } from '../../src/core/migration/engines';
import { enginesOf } from '../../src/core/migration/measure/measureSlots';
import type { Member, Transfer, TransferContext } from '../../src/core/migration/types';
import { SlotSet } from '../../src/core/topology/slotSet';
import { median, spread } from '../support/spread';
import { createWithRedisCli, eventually, startTestServers } from '../support/testCluster';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '7' },
      keys: { type: 'string', default: '250000' },
      slots: { type: 'string', default: '4096' },
    },
  });
  const settings = { 'enable-debug-command': 'yes' };
  const servers = await startTestServers({ count: 3, nodeTimeoutMilliseconds: 5000, settings });
  const connections = new ClusterConnections({ nodes: servers.nodes, commandTimeoutMilliseconds: 60_000 });
  try {
    await createWithRedisCli(servers, 0);
    const { nodes } = await connections.observe();
    const [engine] = enginesOf(await connections.capabilities(servers.nodes[0]!));
    if (engine !== 'migrationImport' && engine !== 'migrateSlots') {
      console.error('This server moves no slots by itself: name one that does with RCM_TEST_SERVER.');
      process.exitCode = 2;
      return;
    }
    const slots = SlotSet.fromRanges([{ start: 0, end: Number(values.slots) - 1 }]);
    const [here, there] = [0, 6000].map(slot => nodes.find(node => node.slots.has(slot))!);
    // DEBUG POPULATE fills the slots of its node only, and this one has a few more than those that move.
    const keys = Math.round((Number(values.keys) * here!.slots.count) / slots.count);
    await connections.node(here!.address).command(['DEBUG', 'POPULATE', keys, 'key', 100]);
    const times = { bare: [] as number[], ours: [] as number[] };
    let ends: [Member, Member] = [here!, there!];
    const move = async (who: 'bare' | 'ours'): Promise<number> => {
      const [source, target] = ends;
      const transfer: Transfer = { source, target, slots };
      await settled(connections, transfer);
      const start = performance.now();
      if (who === 'ours') await moveSlotsBy[engine](transfer, contextOf(connections));
      else await moveBarely(transfer, engine, connections);
      ends = [target, source];
      return performance.now() - start;
    };
    // Forth and back is one run of each: what one moves the other moves back.
    for (const who of ['bare', 'ours'] as const) await move(who);
    for (let run = 0; run < Number(values.runs); run++) {
      for (const who of run % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
        times[who].push(await move(who));
        console.error(`run ${run + 1} ${who}: ${times[who].at(-1)!.toFixed(0)} ms`);
      }
    }
    console.log(`| ${engine}, ${slots.count} slots, ${values.keys} keys | ms: median (min-max) |\n|---|---|`);
    console.log(
      `| the bare command, looked at every ms | ${spread(times.bare)} |\n| this core | ${spread(times.ours)} |`,
    );
    console.log(`\nRatio ${(median(times.ours) / median(times.bare)).toFixed(2)}.`);
  } finally {
    connections.close();
    await servers.close();
  }
}

async function moveBarely(
  { source, target, slots }: Transfer,
  engine: 'migrationImport' | 'migrateSlots',
  nodes: ClusterConnections,
): Promise<void> {
  const ranges = slots.ranges().flatMap(({ start, end }) => [start, end]);
  const isImport = engine === 'migrationImport';
  const node = nodes.node((isImport ? target : source).address);
  if (isImport) await node.command(['CLUSTER', 'MIGRATION', 'IMPORT', ...ranges]);
  else await node.command(['CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', ...ranges, 'NODE', target.id]);
  for (;;) {
    const reply = await node.command(
      isImport ? ['CLUSTER', 'MIGRATION', 'STATUS', 'ALL'] : ['CLUSTER', 'GETSLOTMIGRATIONS'],
    );
    const [newest] = reply as string[][];
    const state = newest![newest!.indexOf('state') + 1]!;
    if (state === 'completed' || state === 'success') return;
    assert(!['canceled', 'failed', 'cancelled'].includes(state), JSON.stringify(newest));
    await wait(1);
  }
}

function contextOf(nodes: ClusterConnections): TransferContext {
  return {
    nodes,
    masters: [],
    latencyMilliseconds: 0,
    signal: new AbortController().signal,
    safePoint: () => Promise.resolve(),
    inFlight: work => work(),
    moved: () => undefined,
    report: () => undefined,
    note: text => console.error(text),
  };
}

/** Both ends agree, and what left the target in the run before is deleted there. */
async function settled(nodes: ClusterConnections, { source, target, slots }: Transfer): Promise<void> {
  await eventually(
    async () => {
      const topology = await nodes.observe();
      const owner = topology.nodes.find(({ id }) => id === source.id);
      const info = String(await nodes.node(target.address).command(['INFO', 'memory']));
      return (
        topology.disagreements.length === 0 &&
        slots.difference(owner!.slots).isEmpty &&
        /lazyfree_pending_objects:0\r/.test(info)
      );
    },
    { timeoutMilliseconds: 60_000, what: 'the last run is digested' },
  );
}

void main();
