import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { moveTransfers } from '../../../src/core/migration/moveTransfers';
import { portOf, type AtomicStage } from '../../support/slots/atomicStage';
import { assertFilled } from '../../support/slots/fill';
import { keyInSlot } from '../../support/slots/loadSlots';
import { checkCluster, eventually } from '../../support/testCluster';
import type { AtomicEngine } from './atomicCases';
import type { Cases } from './byCapability';

interface FaultyEngine extends AtomicEngine {
  /** What it takes to begin a move. */
  right: string;
  /** What it reports when its target was flushed; absent where it gives up then. */
  tellsOfFlush?: RegExp;
}

/**
 * What clients and other people do meanwhile, for every engine in which the servers do the work. Comes last: it flushes
 * servers.
 */
export function atomicFaults({ engine, move, status, isMoving, right, tellsOfFlush }: FaultyEngine): Cases {
  return {
    'leads a blocked client to the new owner': async stage => {
      const transfer = await stage.transfer('3000', 6000);
      const [source, target] = [transfer.source, transfer.target].map(({ address }) => portOf(address));
      const key = keyInSlot(3000, 1);
      const blocked = new Redis(source!, '127.0.0.1');
      try {
        const answer = assert.rejects(blocked.brpop(key, 30), new RegExp(`^ReplyError: MOVED 3000 .*:${target}$`));
        await eventually(
          async () =>
            /blocked_clients:1\b/.test(String(await stage.command(transfer.source.address, 'INFO', 'clients'))),
          { what: 'the client waits' },
        );
        await move(transfer, (await stage.context()).context);
        await answer;
        assert.equal(await stage.command(transfer.target.address, 'LPUSH', key, 'here'), 1);
        await stage.command(transfer.target.address, 'DEL', key);
      } finally {
        blocked.disconnect();
      }
    },

    'takes a key of 200 MB along without a failover': async stage => {
      const transfer = await stage.transfer('3001-3010', 6000);
      const key = keyInSlot(3001, 1);
      // The target stands still while it takes the value in: here 0.5 to 1 s.
      await setNodeTimeouts(stage, 10_000);
      await stage.command(transfer.source.address, 'SETRANGE', key, 200_000_000, 'x');
      const { context, said } = await stage.context();
      await move(transfer, context);
      assert.deepEqual(said.notes, []);
      assert.equal(await stage.command(transfer.target.address, 'STRLEN', key), 200_000_001);
      await stage.assertOwner(transfer.target, transfer.slots);
      await stage.command(transfer.target.address, 'DEL', key);
      await stage.assertClean(transfer.source, transfer.slots);
      await setNodeTimeouts(stage, 1000);
    },

    'goes the classic way where the user may not begin a move, and names the right': async stage => {
      const transfer = await stage.transfer('3011-3020', 6000);
      for (const port of stage.servers.ports)
        await stage.command(`127.0.0.1:${port}`, 'ACL', 'SETUSER', 'mover', 'on', '>word', '~*', '+@all', `-${right}`);
      const connections = new ClusterConnections({ nodes: stage.servers.nodes, username: 'mover', password: 'word' });
      const { context, said } = await stage.context();
      try {
        await moveTransfers([{ ...transfer, engine }], { ...context, nodes: connections });
      } finally {
        connections.close();
      }
      assert.match(said.notes.join(), /NOPERM.*classic way/s);
      assert(said.notes.join().includes(right), said.notes.join());
      await stage.assertOwner(transfer.target, transfer.slots);
      await assertFilled(stage.servers.ports, stage.keys);
    },

    'goes on when the target is flushed in the middle': stage => flushInTheMiddle('target', '3121-3220', stage),
    'goes on when the source is flushed in the middle': stage => flushInTheMiddle('source', '3021-3120', stage),
  };

  async function setNodeTimeouts(stage: AtomicStage, milliseconds: number): Promise<void> {
    for (const node of stage.servers.nodes)
      await stage.command(node, 'CONFIG', 'SET', 'cluster-node-timeout', milliseconds);
  }

  async function flushInTheMiddle(end: 'source' | 'target', slots: string, stage: AtomicStage): Promise<void> {
    const transfer = await stage.transfer(slots, 6000);
    const { context, said } = await stage.context();
    await stage.slowly(transfer.source, 5, async () => {
      const moving = moveTransfers([{ ...transfer, engine }], context);
      moving.catch(() => undefined);
      await stage.moving(transfer.source, isMoving, status);
      await stage.command(transfer[end].address, 'FLUSHALL');
      await moving;
    });
    await stage.assertOwner(transfer.target, transfer.slots);
    await stage.assertClean(transfer.source, transfer.slots);
    await checkCluster(stage.servers);
    if (end === 'target' && tellsOfFlush) assert.match(said.reports.join(), tellsOfFlush);
  }
}
