import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { interruptedIn, startPlan } from '../../support/childProcess';
import { clientOf, nodeAt, settled, shardOf, startMembers } from '../../support/members';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { openSlots } from '../../support/slots/openSlots';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';

const keys = 20_000;

describe('a move of slots whose process was killed', () => {
  let servers: TestServers;
  let client: ClusterClient;
  before(async () => {
    servers = await startMembers({ count: 3, replicas: 0, spares: 0, nodeTimeoutMilliseconds: 3000 });
    client = clientOf(servers);
    await fillCluster(servers.ports, keys);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('is rolled back by another one, after which the servers move nothing on their own account, by every engine they have', async () => {
    const topology = await settled(client, 3);
    const { engines } = await client.measureSlots();
    const [from, to] = [shardOf(topology, 0).master, shardOf(topology, 16_383).master];
    for (const [index, engine] of (Object.values(engines)[0] ?? []).entries()) {
      const journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
      const slots = `${index * 500}-${index * 500 + 499}`;
      // Of a snapshot, by which atomic moves send keys.
      await sendCommand(from.port, ['CONFIG', 'SET', 'rdb-key-save-delay', 20_000]);
      const request = { slots, to: to.id, engine, latencyMilliseconds: 1 };
      const child = startPlan({
        planner: 'planReshard',
        request,
        nodes: servers.nodes,
        journalDirectory: journal.directory,
      });
      try {
        await eventually(isMoving, { what: `slots are on their way by ${engine}` });
      } finally {
        await child.kill();
      }
      const { notes } = await journal.rollBack(client, (await interruptedIn(journal)).id).finished;
      await sendCommand(from.port, ['CONFIG', 'SET', 'rdb-key-save-delay', 0]);
      const told = /(\d+) of 500 slots have moved and stay there, and no slot is open\./.exec(notes.join(' '))?.[1];
      assert.equal(await isMoving(), false, `nothing is on its way by ${engine}`);
      const before = nodeAt(topology, to.port).slots.count;
      const now = nodeAt(await settled(client, 3), to.port).slots.count;
      assert.equal(now - before, Number(told) + movedBefore, engine);
      movedBefore = now - before;
      assert.deepEqual(await openSlots(servers.ports), []);
      await checkCluster(servers);
      await assertFilled(servers.ports, keys);
    }
  });
  let movedBefore = 0;

  async function isMoving(): Promise<boolean> {
    if ((await openSlots(servers.ports)).length > 0) return true;
    for (const port of servers.ports) {
      const info = String(await sendCommand(port, ['CLUSTER', 'INFO']));
      if (/cluster_slot_migration_active_tasks:[1-9]/.test(info)) return true;
      const jobs = await sendCommand(port, ['CLUSTER', 'GETSLOTMIGRATIONS']).catch(() => []);
      if (/"(?:snapshotting|replicating|connecting|waiting-[\w-]+|failover-[\w-]+)"/.test(JSON.stringify(jobs)))
        return true;
    }
    return false;
  }
});
