import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { moveClassically } from '../../../src/core/migration/classic/moveClassically';
import type { Member } from '../../../src/core/migration/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { loadSlots } from '../../support/slots/loadSlots';
import { createWithRedisCli, redisCli, startTestServers, type TestServers } from '../../support/testCluster';
import { unhindered } from '../../support/slots/unhindered';

/** Three masters with a replica each, and keys in the first slots of the first. */
export interface Stage {
  servers: TestServers;
  connections: ClusterConnections;
  masters: Member[];
  slots: SlotSet;
  keys: number;
}

export type Move = (stage: Stage, source: Member, target: Member) => Promise<void>;

export async function startStage(serverPath: string, slotCount: number, wantedKeys: number): Promise<Stage> {
  const settings = { 'repl-diskless-sync-delay': '0' };
  const servers = await startTestServers({ count: 6, nodeTimeoutMilliseconds: 5000, settings, serverPath });
  try {
    await createWithRedisCli(servers, 1);
    const connections = new ClusterConnections({ nodes: servers.nodes });
    const { nodes } = await connections.observe();
    const masters = nodes.filter(({ role }) => role === 'master').sort((a, b) => a.slots.first! - b.slots.first!);
    const keysPerSlot = Math.round(wantedKeys / slotCount);
    const slots = SlotSet.fromRanges([{ start: 0, end: slotCount - 1 }]);
    await loadSlots(connections.node(masters[0]!.address), slots, keysPerSlot);
    return { servers, connections, masters, slots, keys: keysPerSlot * slotCount };
  } catch (error) {
    await servers.close();
    throw error;
  }
}

export function moveWithCli(pipeline?: string): Move {
  return async ({ servers, slots }, source, target) => {
    const more = pipeline === undefined ? [] : ['--cluster-pipeline', pipeline];
    const ends = ['--cluster-from', source.id, '--cluster-to', target.id, '--cluster-slots', String(slots.count)];
    const { exitCode, output } = await redisCli(
      servers,
      '--cluster',
      'reshard',
      servers.nodes[0]!,
      ...ends,
      '--cluster-yes',
      ...more,
    );
    assert.equal(exitCode, 0, output.slice(-2000));
  };
}

// From nothing: connecting counts as it does for redis-cli.
export function moveWithEngine(latencyMilliseconds: number): Move {
  return async ({ servers, slots, masters }, source, target) => {
    const nodes = new ClusterConnections({ nodes: servers.nodes });
    try {
      await moveClassically(
        { source, target, slots },
        unhindered({ nodes, masters, latencyMilliseconds, note: text => console.error(text) }),
      );
    } finally {
      nodes.close();
    }
  };
}
