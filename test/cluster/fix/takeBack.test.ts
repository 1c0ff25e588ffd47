import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { takeBackSlots } from '../../../src/core/migration/takeBackSlots';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { FixStage, slot } from '../../support/fix/fixStage';
import { unhindered } from '../../support/slots/unhindered';

describe('taking slots back that are open', () => {
  let stage: FixStage;
  let nodes: ClusterConnections;
  let notes: string[];

  before(async () => {
    stage = await FixStage.open();
    nodes = new ClusterConnections({ nodes: stage.servers.nodes });
  });
  after(async () => {
    nodes.close();
    await stage.close();
  });
  beforeEach(() => {
    notes = [];
    return stage.reset();
  });

  function takeBack(slots: readonly number[], signal = new AbortController().signal): Promise<void> {
    const [source, target] = [0, 1].map(master => ({
      id: stage.ids[master]!,
      address: `127.0.0.1:${stage.ports[master]}`,
    }));
    const context = unhindered({
      nodes,
      masters: [source!, target!],
      signal,
      note: text => void notes.push(text),
    });
    return takeBackSlots({ source: source!, target: target!, slots: SlotSet.of(slots) }, context);
  }

  async function openBoth(slots: readonly number[]): Promise<void> {
    for (const number of slots) {
      await stage.setSlot(1, number, 'IMPORTING', 0);
      await stage.setSlot(0, number, 'MIGRATING', 1);
    }
  }

  it('brings all keys home, keeps what clients saw of those at both ends, and closes slots without keys', async () => {
    const slots = [slot, 1, 2, 3];
    await stage.write(0, ['a', 'b', 'same']);
    await openBoth(slots);
    await stage.writeImported(1, ['x', 'y']);
    await stage.writeImported(1, ['same'], { value: 'home', expect: false });
    await stage.writeImported(1, ['b'], { expect: false });
    await takeBack(slots);
    assert.deepEqual(notes.length, 1);
    assert.match(notes[0]!, /^1 key that .* held with other contents .* was removed there/);
    await stage.assertFixed(0);
    await takeBack(slots);
    await stage.assertFixed(0);
  });

  it('begins no slot after a cancel, and leaves those without keys closed', async () => {
    await stage.write(0, ['a']);
    await openBoth([slot, 1]);
    await stage.writeImported(1, ['x']);
    const cancelled = new AbortController();
    cancelled.abort(new Error('cancelled'));
    await assert.rejects(takeBack([slot, 1], cancelled.signal), /cancelled/);
    const open = (await stage.inspect()).slots.map(each => each.slot);
    assert.deepEqual(open, [slot]);
    await takeBack([slot]);
    await stage.assertFixed(0);
  });

  it('refuses slots the source does not own: nobody would take the keys', async () => {
    await assert.rejects(takeBack([16000]), { code: 'ownerChanged' });
  });
});
