import assert from 'node:assert/strict';
import { moveByImport } from '../../../src/core/migration/migrationImport/moveByImport';
import { moveTransfers } from '../../../src/core/migration/moveTransfers';
import type { Transfer } from '../../../src/core/migration/types';
import type { AtomicStage } from '../../support/slots/atomicStage';
import { assertFilled } from '../../support/slots/fill';
import { atomicCases, type AtomicEngine } from './atomicCases';
import { atomicFaults } from './atomicFaults';
import { describeByCapability } from './byCapability';

const status = ['CLUSTER', 'MIGRATION', 'STATUS', 'ALL'] as const;

const engine: AtomicEngine = {
  engine: 'migrationImport',
  move: moveByImport,
  begin: beginImport,
  status,
  isMoving: reply => /"(send-bulk-and-stream|send-stream)"/.test(reply),
};

describeByCapability('moving by CLUSTER MIGRATION IMPORT', {
  capability: 'clusterMigration',
  always: {
    'refuses a target that is no master any more': async stage => {
      const { source, slots } = await stage.transfer('0-9', 6000);
      const { nodes } = await stage.settled();
      const { id, address } = nodes.find(({ role }) => role === 'replica')!;
      const { context } = await stage.context();
      const code = (await context.nodes.capabilities(address)).clusterMigration ? 'ownerChanged' : 'engineRefused';
      await assert.rejects(moveByImport({ source, target: { id, address }, slots }, context), { code });
    },
  },
  whenUnable: {
    'says that the server has no such command, and goes the classic way': async stage => {
      const transfer = await stage.transfer('0-99', 6000);
      const { context, said } = await stage.context();
      await assert.rejects(moveByImport(transfer, context), {
        code: 'engineRefused',
        message: /has no CLUSTER MIGRATION, which Redis has from 8\.4 on/,
      });
      await moveTransfers([{ ...transfer, engine: 'migrationImport' }], context);
      assert.match(said.notes.join(), /has no CLUSTER MIGRATION.*classic way/s);
      await stage.assertOwner(transfer.target, transfer.slots);
      await assertFilled(stage.servers.ports, stage.keys);
    },
  },
  whenAble: {
    ...atomicCases(engine),

    'stops before the target has more than its maxmemory': async stage => {
      const transfer = await stage.transfer('1300-1499', 6000);
      const { address } = transfer.target;
      const { context } = await stage.context();
      await stage.command(address, 'CONFIG', 'SET', 'maxmemory', 1_000_000);
      try {
        await stage.slowly(transfer.source, 5, () =>
          assert.rejects(moveByImport(transfer, context), { code: 'targetFull', message: /maxmemory of 1\.0 MB/ }),
        );
      } finally {
        await stage.command(address, 'CONFIG', 'SET', 'maxmemory', 0);
      }
      await stage.assertOwner(transfer.source, transfer.slots);
      await stage.assertClean(transfer.target, transfer.slots);
    },

    'leaves no task at the source that would keep others from moving its slots': async stage => {
      const transfer = await stage.transfer('1500-1599', 6000);
      const slot = transfer.slots.first!;
      const cancelling = new AbortController();
      const reason = new Error('enough');
      const { context } = await stage.context(cancelling.signal);
      await stage.slowly(transfer.source, 5, async () => {
        const moving = assert.rejects(moveByImport(transfer, context), error => error === reason);
        await stage.moving(transfer.source, engine.isMoving, status);
        cancelling.abort(reason);
        await moving;
      });
      assert.equal(await stage.command(transfer.source.address, 'CLUSTER', 'SETSLOT', slot, 'STABLE'), 'OK');
    },

    'goes the classic way where a target gave an import up that nobody watched': async stage => {
      const transfer = await stage.transfer('1500-1599', 6000);
      const { context } = await stage.context();
      await stage.slowly(transfer.source, 5, async () => {
        await beginImport(transfer, stage);
        await stage.moving(transfer.source, engine.isMoving, status);
        await stage.command(transfer.target.address, 'CLUSTER', 'MIGRATION', 'CANCEL', 'ALL');
        await stage.moving(transfer.source, reply => reply.includes('"failed"'), status);
      });
      await moveTransfers([{ ...transfer, engine: 'classic' }], context);
      await stage.assertOwner(transfer.target, transfer.slots);
      await assertFilled(stage.servers.ports, stage.keys);
    },

    'waits for a node that takes part in another task': async stage => {
      const first = await stage.transfer('11300-11399', 6000);
      const second = await stage.transfer('1810-1909', 6000);
      const { context, said } = await stage.context();
      await stage.slowly(first.source, 10, async () => {
        await beginImport(first, stage);
        await moveByImport(second, context);
      });
      assert.match(said.reports.join(), /Waiting to begin: .* imports 100 slots already/);
      await stage.assertOwner(second.target, second.slots);
      await stage.assertOwner(first.target, first.slots);
    },

    ...atomicFaults({ ...engine, right: 'cluster|migration' }),
  },
});

async function beginImport({ target, slots }: Transfer, stage: AtomicStage): Promise<void> {
  const words = slots.ranges().flatMap(({ start, end }) => [start, end]);
  await stage.command(target.address, 'CLUSTER', 'MIGRATION', 'IMPORT', ...words);
}
