import assert from 'node:assert/strict';
import { enginesOf, measureSlots } from '../../../src/core/migration/measure/measureSlots';
import { SLOT_COUNT, SlotSet } from '../../../src/core/topology/slotSet';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { AtomicStage } from '../../support/slots/atomicStage';
import { sendCommand } from '../../support/testCluster';

describe('measuring slots', () => {
  let stage: AtomicStage;
  let client: ClusterClient;

  before(async () => {
    stage = await AtomicStage.start();
    client = connect({ nodes: stage.servers.nodes, commandTimeoutMilliseconds: 3000 });
  });
  after(async () => {
    await client?.close();
    await stage?.close();
  });

  const masters = async () => (await client.observe()).nodes.filter(({ role }) => role === 'master');
  const sum = (values: readonly number[], slots: Iterable<number>): number =>
    [...slots].reduce((total, slot) => total + values[slot]!, 0);

  it('counts the keys of every slot, and says how', async () => {
    const { keys, sources, engines, nodeTimeoutMilliseconds, load } = await client.measureSlots();
    assert.equal(keys.length, SLOT_COUNT);
    assert.equal(sum(keys, SlotSet.all), stage.keys);
    for (const { id, address, port, slots } of await masters()) {
      const capabilities = await client.capabilities(address);
      assert.equal(sum(keys, slots), await sendCommand(port, ['DBSIZE']));
      assert.equal(sources[id]?.keys, capabilities.slotStats ? 'slotStats' : 'counted');
      assert.deepEqual(engines[id], enginesOf(capabilities));
      assert.equal(engines[id].at(-1), 'classic');
    }
    assert.equal(nodeTimeoutMilliseconds, 1000);
    assert.equal(load, undefined);
  });

  it('estimates bytes from some keys', async () => {
    const { bytes, sources } = await client.measureSlots({ by: 'memory' });
    const [first] = await masters();
    assert(first && bytes);
    assert.match(sources[first.id]?.bytes ?? '', /sampled|slotStats/);
    const perKey = sum(bytes, first.slots) / Number(await sendCommand(first.port, ['DBSIZE']));
    assert(perKey > 40 && perKey < 200, `${perKey} bytes for a key with a value of 20`);
  });

  it('measures the load by processor time where the servers keep it, else by operations', async () => {
    const keepsTime = (await Promise.all((await masters()).map(async ({ port }) => keepsProcessorTime(port)))).every(
      Boolean,
    );
    const { load, sources } = await client.measureSlots({ by: 'load' });
    assert(
      load?.every(value => value >= 0),
      'every slot has a load',
    );
    for (const { load: how } of Object.values(sources)) assert.equal(how, keepsTime ? 'slotStats' : 'spread');
  });

  it('finds a big key, whose name is no text, and tells how long it stops its servers', async () => {
    const owner = (await masters()).find(({ slots }) => slots.has(16_000))!;
    // The only keys there, so that a sample meets it: everything else of this master leaves for the time of the test.
    const name = Buffer.from([0x62, 0xff, 0x0a]);
    await stage.connections.node(owner.address).command(['FLUSHALL']);
    const key = await nameIn(owner.slots, name);
    await stage.connections.node(owner.address).command(['SET', key, 'x'.repeat(12_000_000)]);
    const { bigKeys } = await client.measureSlots();
    assert.equal(bigKeys.length, 1);
    const [big] = bigKeys;
    assert.equal(big?.nodeId, owner.id);
    assert(big.name.startsWith('b\\xff\\x0a'), big.name);
    assert(big.bytes >= 12_000_000 && big.blockMilliseconds >= 200, JSON.stringify(big));
  });

  it('leaves out a master that does not answer, and ends at once when told to', async () => {
    const [, second] = await masters();
    const topology = await client.observe();
    await stage.servers.servers.pause(second!.port);
    try {
      const measured = await measureSlots(topology, stage.connections);
      assert.equal(measured.sources[second!.id], undefined);
      assert([...second!.slots].every(slot => measured.keys[slot] === -1));
      const reason = new Error('enough');
      await assert.rejects(client.measureSlots({ signal: AbortSignal.abort(reason) }), error => error === reason);
    } finally {
      await stage.servers.servers.resume(second!.port);
    }
  });

  /** The name with a number behind it that puts it into one of the slots. */
  async function nameIn(slots: SlotSet, name: Buffer): Promise<Buffer> {
    const { address } = (await masters())[0]!;
    for (let number = 0; ; number++) {
      const key = Buffer.concat([name, Buffer.from(String(number))]);
      const slot = await stage.connections.node(address).command(['CLUSTER', 'KEYSLOT', key]);
      if (slots.has(Number(slot))) return key;
    }
  }
});

async function keepsProcessorTime(port: number): Promise<boolean> {
  const reply = await sendCommand(port, ['CONFIG', 'GET', 'cluster-slot-stats-enabled']);
  return Array.isArray(reply) && reply[1] !== undefined && reply[1] !== 'no';
}
