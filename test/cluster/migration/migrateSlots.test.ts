import assert from 'node:assert/strict';
import { moveByMigrateSlots } from '../../../src/core/migration/migrateSlots/moveByMigrateSlots';
import { moveTransfers } from '../../../src/core/migration/moveTransfers';
import type { Transfer } from '../../../src/core/migration/types';
import type { AtomicStage } from '../../support/slots/atomicStage';
import { assertFilled } from '../../support/slots/fill';
import { eventually, sendCommand } from '../../support/testCluster';
import { portOf } from '../../support/slots/atomicStage';
import { atomicCases, type AtomicEngine } from './atomicCases';
import { atomicFaults } from './atomicFaults';
import { describeByCapability } from './byCapability';

const status = ['CLUSTER', 'GETSLOTMIGRATIONS'] as const;
const isSending = (reply: string): boolean => /"EXPORT"(?:(?!"name").)*"snapshotting"/.test(reply);

const engine: AtomicEngine = {
  engine: 'migrateSlots',
  move: moveByMigrateSlots,
  begin: beginExport,
  status,
  isMoving: isSending,
};

describeByCapability('moving by CLUSTER MIGRATESLOTS', {
  capability: 'clusterMigrateSlots',
  always: {
    'refuses a source that owns none of the slots': async stage => {
      const { source, target, slots } = await stage.transfer('0-9', 6000);
      const { context } = await stage.context();
      const [third] = (await stage.settled()).nodes.filter(
        node => node.role === 'master' && node.id !== source.id && node.id !== target.id,
      );
      const { clusterMigrateSlots } = await context.nodes.capabilities(target.address);
      await assert.rejects(moveByMigrateSlots({ source: third!, target, slots }, context), {
        code: clusterMigrateSlots ? 'ownerChanged' : 'engineRefused',
      });
    },
  },
  whenUnable: {
    'says that the server has no such command, and goes the classic way': async stage => {
      const transfer = await stage.transfer('0-99', 6000);
      const { context, said } = await stage.context();
      await assert.rejects(moveByMigrateSlots(transfer, context), {
        code: 'engineRefused',
        message: /has no CLUSTER MIGRATESLOTS, which Valkey has from 9 on/,
      });
      await moveTransfers([{ ...transfer, engine: 'migrateSlots' }], context);
      assert.match(said.notes.join(), /has no CLUSTER MIGRATESLOTS.*classic way/s);
      await stage.assertOwner(transfer.target, transfer.slots);
      await assertFilled(stage.servers.ports, stage.keys);
    },
  },
  whenAble: {
    ...atomicCases(engine),

    'says that the target has no room': async stage => {
      const transfer = await stage.transfer('1300-1499', 6000);
      const { address } = transfer.target;
      const { context } = await stage.context();
      await stage.command(address, 'CONFIG', 'SET', 'maxmemory', 1_000_000);
      try {
        await assert.rejects(moveByMigrateSlots(transfer, context), {
          code: 'targetFull',
          message: /ran out of memory.*Raise maxmemory/,
        });
      } finally {
        await stage.command(address, 'CONFIG', 'SET', 'maxmemory', 0);
      }
      await stage.assertOwner(transfer.source, transfer.slots);
      await stage.assertClean(transfer.target, transfer.slots);
    },

    'names the node and the setting when the source cannot sign in at the target': async stage => {
      const transfer = await stage.transfer('1500-1519', 6000);
      const { context } = await stage.context();
      await stage.command(transfer.source.address, 'CONFIG', 'SET', 'primaryauth', 'wrong');
      try {
        await assert.rejects(moveByMigrateSlots(transfer, context), error => {
          assert(error instanceof Error && 'code' in error);
          assert.equal(error.code, 'engineRefused');
          assert(error.message.includes(`${transfer.source.address} has a primaryauth`), error.message);
          assert(error.message.includes(`Set primaryauth`) && !error.message.includes('wrong'), error.message);
          return true;
        });
        await moveTransfers([{ ...transfer, engine: 'migrateSlots' }], context);
      } finally {
        await stage.command(transfer.source.address, 'CONFIG', 'SET', 'primaryauth', '');
      }
      await stage.assertOwner(transfer.target, transfer.slots);
    },

    "does not end another one's export by a cancel": async stage => {
      const transfer = await stage.transfer('1800-1899', 6000);
      const others = await stage.transfer('1900-1999', 6000);
      const cancelling = new AbortController();
      const reason = new Error('enough');
      const { context } = await stage.context(cancelling.signal);
      await stage.slowly(transfer.source, 5, async () => {
        await beginExport(others, stage);
        const moving = assert.rejects(moveByMigrateSlots(transfer, context), error => error === reason);
        await stage.moving(transfer.source, reply => /1800-1899/.test(reply), status);
        cancelling.abort(reason);
        await moving;
      });
      await stage.assertOwner(others.target, others.slots);
    },

    'says that it waits for a child process of the source': async stage => {
      const transfer = await stage.transfer('2000-2099', 6000);
      const { context, said } = await stage.context();
      await stage.slowly(transfer.source, 0.2, async () => {
        // An export before may still have its own child.
        await eventually(async () => Boolean(await sendCommand(portOf(transfer.source.address), ['BGSAVE'])), {
          what: 'the source saves',
        });
        await moveByMigrateSlots(transfer, context);
      });
      assert.match(said.reports.join(), /waits until its BGSAVE has ended/);
      await stage.assertOwner(transfer.target, transfer.slots);
    },

    ...atomicFaults({
      ...engine,
      right: 'cluster|migrateslots',
      tellsOfFlush: /says "Data was flushed".*two halves/s,
    }),
  },
});

async function beginExport({ source, target, slots }: Transfer, stage: AtomicStage): Promise<void> {
  const words = slots.ranges().flatMap(({ start, end }) => [start, end]);
  await stage.command(source.address, 'CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', ...words, 'NODE', target.id);
}
