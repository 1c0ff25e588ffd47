// Moving slots atomically: this core against the bare command of the server.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { ClusterConnections } from '../../src/core/connection/clusterConnections';
import { moveSlotsBy } from '../../src/core/migration/engines';
import { enginesOf } from '../../src/core/migration/measure/measureSlots';
import type { Member, Transfer, TransferContext } from '../../src/core/migration/types';
import { SlotSet } from '../../src/core/topology/slotSet';
import { createWithRedisCli, eventually, startTestServers } from '../support/testCluster';
import type { Figure } from './report/figures';
import { present } from './report/present';
import { unhindered } from '../support/slots/unhindered';

void present({
  how:
    '4096 slots with 250,000 keys of 100 bytes go from one master to another and back by the migration that the servers have ' +
    'themselves, with no bound on latency: this product beside the bare command of the server, driven by hand and looked at every ' +
    'millisecond, in turns.',
  notes: [
    'Which of both is ahead changes with the moment at which the servers look whether they are done; this product adds a look ' +
      'before and the verification after.',
  ],
  async measure({ amount, runs, part, server }) {
    for (const wanted of ['Redis 8.6', 'Valkey 9'])
      await part(wanted, async () => {
        const { name, path } = await server(wanted);
        const slots = amount(4096, 512);
        const keys = amount(250_000, 5000);
        const { bare, ours } = await measure(path, slots, keys, runs(7));
        const figure: Figure = {
          what: `Move ${slots} slots, ${keys.toLocaleString('en-US')} keys atomically, ${name}`,
          unit: 'ms',
          values: ours,
          peer: { name: 'the bare command', values: bare },
          goal: { mostOfPeer: 1.1 },
          summary: true,
        };
        return [figure];
      });
  },
});

async function measure(
  serverPath: string,
  slotCount: number,
  keysToMove: number,
  runs: number,
): Promise<{ bare: number[]; ours: number[] }> {
  const settings = { 'enable-debug-command': 'yes' };
  const servers = await startTestServers({ count: 3, nodeTimeoutMilliseconds: 5000, settings, serverPath });
  const connections = new ClusterConnections({ nodes: servers.nodes, commandTimeoutMilliseconds: 60_000 });
  try {
    await createWithRedisCli(servers, 0);
    const { nodes } = await connections.observe();
    const [engine] = enginesOf(await connections.capabilities(servers.nodes[0]!));
    assert(engine === 'migrationImport' || engine === 'migrateSlots', 'the server moves slots by itself');
    const slots = SlotSet.fromRanges([{ start: 0, end: slotCount - 1 }]);
    const [here, there] = [0, 6000].map(slot => nodes.find(node => node.slots.has(slot))!);
    // DEBUG POPULATE fills the slots of its node only, and this one has a few more than those that move.
    const keys = Math.round((keysToMove * here!.slots.count) / slots.count);
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
    for (let run = 0; run < runs; run++)
      for (const who of run % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
        times[who].push(await move(who));
        console.error(`run ${run + 1} ${who}: ${times[who].at(-1)!.toFixed(0)} ms`);
      }
    return times;
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
  return unhindered({ nodes, masters: [], note: text => console.error(text) });
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
