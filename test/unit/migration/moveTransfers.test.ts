import assert from 'node:assert/strict';
import type { MigrationEngine } from '../../../src/core/plan/types';
import { moveTransfers, type EngineTransfer } from '../../../src/core/migration/moveTransfers';
import type { MoveSlots, TransferContext } from '../../../src/core/migration/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { unhindered } from '../../support/slots/unhindered';

describe('several transfers', () => {
  it('run an import alone at both of its nodes', async () => {
    const { most, order } = await run(['A>B', 'C>D', 'B>C', 'A>D'], 'migrationImport');
    assert.equal(most, 2);
    assert.deepEqual(order.slice(0, 2).sort(), ['A>B', 'C>D']);
    assert.equal(order.length, 4);
  });

  it('run one export per source, and none out of a node that slots come into', async () => {
    assert.equal((await run(['A>B', 'C>B', 'D>B'], 'migrateSlots')).most, 3);
    assert.equal((await run(['A>B', 'A>C'], 'migrateSlots')).most, 1);
    assert.equal((await run(['A>B', 'B>C'], 'migrateSlots')).most, 1);
  });

  it('run several classic sources into one target', async () => {
    assert.equal((await run(['A>B', 'C>B', 'A>D'], 'classic')).most, 2);
    assert.equal((await run(['A>B', 'B>C'], 'classic')).most, 2);
  });

  it('keep engines of two kinds apart where they meet', async () => {
    const gauge = new Gauge();
    const transfers = [transfer('A>B', 'classic', 0), transfer('C>B', 'migrateSlots', 1)];
    await moveTransfers(transfers, context(), gauge.engines());
    assert.equal(gauge.most, 1);
  });

  it('end with the first error, begin nothing after it, and note the others', async () => {
    const gauge = new Gauge();
    const notes: string[] = [];
    const engines = gauge.engines(async ({ source }) => {
      if (source.id === 'A') throw new Error('A is down');
      await settle();
      throw new Error('C is down');
    });
    const transfers = ['A>B', 'C>D', 'A>D'].map((pair, slot) => transfer(pair, 'classic', slot));
    await assert.rejects(moveTransfers(transfers, context(notes), engines), /A is down/);
    assert.deepEqual(gauge.order.sort(), ['A>B', 'C>D']);
    assert.deepEqual(notes, ['C is down']);
  });
});

async function run(pairs: string[], engine: MigrationEngine): Promise<Gauge> {
  const gauge = new Gauge();
  await moveTransfers(
    pairs.map((pair, slot) => transfer(pair, engine, slot)),
    context(),
    gauge.engines(),
  );
  return gauge;
}

/** Engines that only tell who runs beside whom. */
class Gauge {
  most = 0;
  readonly order: string[] = [];
  #running = 0;

  engines(work: MoveSlots = settle): Record<MigrationEngine, MoveSlots> {
    const move: MoveSlots = async (transfer, context) => {
      this.order.push(`${transfer.source.id}>${transfer.target.id}`);
      this.most = Math.max(this.most, ++this.#running);
      await work(transfer, context).finally(() => this.#running--);
    };
    return { classic: move, migrateSlots: move, migrationImport: move };
  }
}

/** Long enough for whatever may begin to have begun. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function transfer(pair: string, engine: MigrationEngine, slot: number): EngineTransfer {
  const [source, target] = pair.split('>').map(id => ({ id, address: `${id}:7000` }));
  return { source: source!, target: target!, slots: SlotSet.of([slot]), engine };
}

function context(notes: string[] = []): TransferContext {
  return unhindered({
    nodes: {} as TransferContext['nodes'],
    masters: [],
    note: text => void notes.push(text),
  });
}
