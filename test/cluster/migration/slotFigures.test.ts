import assert from 'node:assert/strict';
import { measureSlotFigures, type SlotFigure } from '../../../src/core/migration/measure/slotFigures';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { SLOT_COUNT, SlotSet } from '../../../src/core/topology/slotSet';
import { keySlot } from '../../../src/webview/slots/keySlot';
import { AtomicStage } from '../../support/slots/atomicStage';
import { sendCommand } from '../../support/testCluster';

describe('figures of every slot', () => {
  let stage: AtomicStage;
  let client: ClusterClient;
  let canKeepFigures: boolean;

  before(async () => {
    stage = await AtomicStage.start();
    client = connect({ nodes: stage.servers.nodes, commandTimeoutMilliseconds: 3000 });
    const [first] = await masters();
    canKeepFigures = (await client.capabilities(first!.address)).slotStats;
  });
  after(async () => {
    await client?.close();
    await stage?.close();
  });

  const masters = async () => (await client.observe()).nodes.filter(({ role }) => role === 'master');
  const sum = (values: readonly number[], slots: Iterable<number>): number =>
    [...slots].reduce((total, slot) => total + values[slot]!, 0);
  /** All that can be kept without a restart: Redis keeps memory only when it was started so. */
  const keepFigures = async (on: boolean): Promise<void> => {
    for (const { port, info } of await masters()) {
      const all = info?.flavour === 'redis' ? 'cpu net' : 'yes';
      const words = ['CONFIG', 'SET', 'cluster-slot-stats-enabled', on ? all : 'no'];
      assert.equal(await sendCommand(port, words), 'OK');
    }
  };

  it('counts the keys, those of each master', async () => {
    const { by, values, missing, sampledNodeIds } = await client.measureSlotFigures({ by: 'keys' });
    assert.deepEqual([by, values.length, missing, sampledNodeIds], ['keys', SLOT_COUNT, [], []]);
    assert.equal(sum(values, SlotSet.all), stage.keys);
    for (const { port, slots } of await masters())
      assert.equal(sum(values, slots), await sendCommand(port, ['DBSIZE']));
  });

  it('tells the memory, and whose is estimated', async () => {
    const { values, missing, sampledNodeIds } = await client.measureSlotFigures({ by: 'memory' });
    assert.deepEqual(missing, []);
    assert(values.every(value => value >= 0 && Number.isInteger(value)));
    const perKey = sum(values, SlotSet.all) / stage.keys;
    assert(perKey > 40 && perKey < 200, `${perKey} bytes for a key with a value of 20`);
    const ids = (await masters()).map(({ id }) => id).sort();
    // Servers that count it have to be started so; these are not.
    assert.deepEqual([...sampledNodeIds].sort(), ids);
  });

  for (const [by, what] of [
    ['cpu', 'CPU time'],
    ['network', 'network traffic'],
  ] as const satisfies readonly (readonly [SlotFigure, string])[])
    it(`tells the ${what} where the servers keep it, and else why not`, async () => {
      const { values, missing } = await client.measureSlotFigures({ by });
      assert(values.every(value => value === -1));
      assert.deepEqual(missing.map(({ nodeId }) => nodeId).sort(), (await masters()).map(({ id }) => id).sort());
      const expected = canKeepFigures
        ? `Its setting cluster-slot-stats-enabled leaves out ${what}.`
        : new RegExp(`^(Redis|Valkey) \\d+\\.\\d+\\.\\d+ keeps no ${what} of slots;`);
      for (const { reason } of missing)
        if (typeof expected === 'string') assert.equal(reason, expected);
        else assert.match(reason, expected);
      if (!canKeepFigures) return;
      await keepFigures(true);
      try {
        const name = await sendCommand((await masters())[0]!.port, ['CLUSTER', 'KEYSLOT', 'key:0']);
        const owner = (await masters()).find(({ slots }) => slots.has(Number(name)))!;
        await sendCommand(owner.port, ['GET', 'key:0']);
        const kept = await client.measureSlotFigures({ by });
        assert.deepEqual(kept.missing, []);
        assert(kept.values.every(value => value >= 0));
        assert(kept.values[Number(name)]! > 0, `${kept.values[Number(name)]}`);
      } finally {
        await keepFigures(false);
      }
    });

  it('leaves out a master that does not answer, with the reason, and ends at once when told to', async () => {
    const [, second] = await masters();
    const topology = await client.observe();
    await stage.servers.servers.pause(second!.port);
    try {
      const { values, missing } = await measureSlotFigures(topology, stage.connections, { by: 'keys' });
      assert.deepEqual(
        missing.map(({ nodeId }) => nodeId),
        [second!.id],
      );
      assert.match(missing[0]!.reason, new RegExp(second!.address));
      for (const { slots } of await masters())
        for (const slot of slots) assert.equal(values[slot] === -1, second!.slots.has(slot));
      const reason = new Error('enough');
      await assert.rejects(
        client.measureSlotFigures({ by: 'keys', signal: AbortSignal.abort(reason) }),
        error => error === reason,
      );
    } finally {
      await stage.servers.servers.resume(second!.port);
    }
  });

  it('lies where the page looks a key up', async () => {
    const [first] = await masters();
    const names = [
      '',
      'a',
      '{}',
      '{}a',
      '{a}',
      'x{a}y',
      '{a',
      '}{a}',
      '{{a}}',
      '{a}{b}',
      'ä{ö}ü',
      '键{值}',
      '\u{1f600}',
    ];
    for (const name of [...names, ...Array.from({ length: 200 }, (_, index) => `${index % 7}{${index}}`)])
      assert.equal(keySlot(name), await sendCommand(first!.port, ['CLUSTER', 'KEYSLOT', name]), name);
  });
});
