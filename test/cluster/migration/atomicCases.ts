import assert from 'node:assert/strict';
import type { CommandWords } from '../../../src/core/connection/types';
import { MigrationError } from '../../../src/core/migration/migrationError';
import { moveTransfers } from '../../../src/core/migration/moveTransfers';
import type { Member, MoveSlots, Transfer } from '../../../src/core/migration/types';
import type { MigrationEngine } from '../../../src/core/plan/types';
import { type AtomicStage, portOf } from '../../support/slots/atomicStage';
import { assertFilled } from '../../support/slots/fill';
import { startLedger } from '../../support/slots/ledger';
import { checkCluster, eventually, sendCommand } from '../../support/testCluster';
import type { Cases } from './byCapability';

export interface AtomicEngine {
  engine: MigrationEngine;
  move: MoveSlots;
  /** Begins a move by the bare command of the server. */
  begin: (transfer: Transfer, stage: AtomicStage) => Promise<void>;
  /** Asks an end what it moves; `isMoving` finds it in the reply. */
  status: CommandWords;
  isMoving: (reply: string) => boolean;
}

/** What holds for every engine in which the servers do the work. */
export function atomicCases({ engine, move, begin, status, isMoving }: AtomicEngine): Cases {
  const awaitMoving = (end: Member, stage: AtomicStage) => stage.moving(end, isMoving, status);

  return {
    'moves slots under writers, and every key with them': async stage => {
      const transfer = await stage.transfer('0-299,1000', 6000);
      const { context, said } = await stage.context();
      const ledger = startLedger(stage.servers.ports);
      try {
        await ledger.more(500);
        await move(transfer, context);
        await ledger.more(500);
      } finally {
        await ledger.stop();
      }
      await stage.assertOwner(transfer.target, transfer.slots);
      await ledger.assertKept();
      await assertFilled(stage.servers.ports, stage.keys);
      await stage.assertClean(transfer.source, transfer.slots);
      await checkCluster(stage.servers);
      assert(said.moved.equals(transfer.slots));
      assert.deepEqual(said.notes, []);
      await move(transfer, context);
      assert(said.moved.equals(transfer.slots), 'what has moved is not moved again');
    },

    'takes a move back that is cancelled in the middle': async stage => {
      const transfer = await stage.transfer('300-499', 6000);
      const cancelling = new AbortController();
      const reason = new Error('enough');
      const { context } = await stage.context(cancelling.signal);
      await stage.slowly(transfer.source, 10, async () => {
        const moving = assert.rejects(move(transfer, context), error => error === reason);
        await awaitMoving(transfer.source, stage);
        cancelling.abort(reason);
        await moving;
      });
      await stage.assertOwner(transfer.source, transfer.slots);
      await stage.assertClean(transfer.target, transfer.slots);
      await checkCluster(stage.servers);
      await move(transfer, (await stage.context()).context);
      await stage.assertOwner(transfer.target, transfer.slots);
      await assertFilled(stage.servers.ports, stage.keys);
    },

    'takes up what an earlier attempt began': async stage => {
      const transfer = await stage.transfer('500-599', 6000);
      const { context, said } = await stage.context();
      await stage.slowly(transfer.source, 20, async () => {
        await begin({ ...transfer, slots: (await stage.transfer('510-560', 6000)).slots }, stage);
        await awaitMoving(transfer.source, stage);
        await move(transfer, context);
      });
      await stage.assertOwner(transfer.target, transfer.slots);
      assert(said.moved.equals(transfer.slots));
    },

    'goes the classic way, and says why, while a slot is open elsewhere': async stage => {
      const transfer = await stage.transfer('700-799', 6000);
      await stage.command(transfer.source.address, 'CLUSTER', 'SETSLOT', 4000, 'MIGRATING', transfer.target.id);
      const { context, said } = await stage.context();
      try {
        await assert.rejects(move(transfer, context), { name: 'MigrationError', code: 'engineRefused' });
        await moveTransfers([{ ...transfer, engine }], context);
      } finally {
        await stage.command(transfer.source.address, 'CLUSTER', 'SETSLOT', 4000, 'STABLE');
      }
      assert.match(said.notes.join(), /open .*not finished.*classic way/s);
      await stage.assertOwner(transfer.target, transfer.slots);
      await assertFilled(stage.servers.ports, stage.keys);
    },

    'moves disjoint pairs side by side, and one after the other what shares a node': async stage => {
      const engines = { engine };
      const transfers = [
        { ...(await stage.transfer('800-899', 6000)), ...engines },
        { ...(await stage.transfer('900-999', 11000)), ...engines },
        { ...(await stage.transfer('11200-11299', 6000)), ...engines },
      ];
      const { context, said } = await stage.context();
      await moveTransfers(transfers, context);
      for (const { target, slots } of transfers) await stage.assertOwner(target, slots);
      assert.deepEqual(said.notes, []);
      await checkCluster(stage.servers);
    },

    'loses nothing when the source fails over in the middle': stage =>
      failOverInTheMiddle('source', '1100-1199', stage),
    'loses nothing when the target fails over in the middle': stage =>
      failOverInTheMiddle('target', '1200-1299', stage),
  };

  async function failOverInTheMiddle(end: 'source' | 'target', slots: string, stage: AtomicStage): Promise<void> {
    const transfer = await stage.transfer(slots, 6000);
    const { nodes } = await stage.settled();
    const replica = nodes.find(({ masterId }) => masterId === transfer[end].id)!;
    const { context } = await stage.context();
    await stage.slowly(transfer.source, 10, async () => {
      const moving = move(transfer, context).then(
        () => undefined,
        (error: unknown) => error,
      );
      await awaitMoving(transfer.source, stage);
      await sendCommand(portOf(replica.address), ['CLUSTER', 'FAILOVER']);
      const error = await moving;
      assert(error === undefined || error instanceof MigrationError, String(error));
    });
    await eventually(
      async () =>
        (await stage.connections.observe()).nodes.some(({ id, role }) => id === replica.id && role === 'master'),
      {
        what: 'the replica takes over',
      },
    );
    const rest = await stage.transfer(slots, 6000);
    if (rest.source.id !== rest.target.id) await move(rest, (await stage.context()).context);
    await stage.assertOwner(rest.target, transfer.slots);
    await assertFilled(stage.servers.ports, stage.keys);
    await checkCluster(stage.servers);
  }
}
