import assert from 'node:assert/strict';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { FixStage, slot } from '../../support/fix/fixStage';
import { eventually } from '../../support/testCluster';

const some = ['a', 'b', 'c'];

describe('fixing the owners of slots', () => {
  let stage: FixStage;

  before(async () => {
    stage = await FixStage.open();
  });
  after(() => stage.close());
  beforeEach(() => stage.reset());

  const disown = (slots = [slot]): Promise<void> => stage.disown(slots);
  const ownerNow = (): Promise<0 | 1 | 2> => stage.ownerOf(slot);

  it('refuses slots that belong to nobody without being told to assign them', async () => {
    await disown();
    const error = await stage.refusal();
    assert.equal(error.code, 'uncoveredSlots');
    assert.match(error.message, /\(609\)/);
    await stage.fix({ uncovered: 'assign' });
  });

  it('gives a slot that belongs to nobody to the one that holds its keys', async () => {
    await stage.write(0, some);
    await disown();
    await stage.fix({ uncovered: 'assign' });
    await stage.assertFixed(await ownerNow());
  });

  it('gives one whose keys are at several to one of them, and brings all keys there', async () => {
    await stage.write(0, some);
    await stage.leaveStray(1, 0, ['x', 'y']);
    await stage.leaveStray(2, 0, ['z', 'a'], { value: 'home' });
    await disown();
    await stage.fix({ uncovered: 'assign' });
    await stage.assertFixed(await ownerNow());
  });

  it('moves no keys while a slot belongs to nobody, and assigns it first', async () => {
    await stage.write(0, some);
    await stage.setSlot(1, slot, 'IMPORTING', 0);
    await stage.setSlot(0, slot, 'MIGRATING', 1);
    await stage.writeImported(1, ['x', 'y']);
    await disown([12000]);
    await eventually(async () => (await stage.client.observe()).clusterState === 'fail', {
      what: 'the cluster is down',
    });
    const error = await stage.refusal({ openSlots: 'finish' });
    assert.equal(error.code, 'uncoveredSlots');
    assert.match(error.message, /12000.*Keys of slot 609 cannot move before.*CLUSTERDOWN/);
    const { plan } = await stage.fix({ openSlots: 'finish', uncovered: 'assign' });
    const kinds = plan.steps.map(({ kind }) => kind);
    assert(kinds.indexOf('claimSlots') < kinds.indexOf('moveSlots'), kinds.join());
    // Two owners with new epochs at once can collide: the servers settle that by themselves.
    await eventually(
      async () =>
        (await stage.client.observe()).disagreements.length === 0 && (await stage.inspect()).slots.length === 0,
      { what: 'all nodes say the same' },
    );
    await stage.assertFixed(1);
  });

  it('spreads 201 empty slots evenly, with a new epoch per master, not per slot', async () => {
    const slots = Array.from({ length: 201 }, (_, index) => 5400 + index);
    const epochs = (): number[] => stage.ids.map(id => topology.nodes.find(node => node.id === id)!.configEpoch);
    await disown(slots);
    let topology = await stage.client.observe();
    // Two of the same epoch, as the case before can leave them, take new ones by themselves.
    await eventually(
      async () => {
        topology = await stage.client.observe();
        return new Set(epochs()).size === stage.ids.length;
      },
      { what: 'every master has an epoch of its own' },
    );
    const sizes = stage.ids.map(id => topology.nodes.find(node => node.id === id)!.slots.count);
    const before = Math.max(...epochs());
    const { plan } = await stage.fix({ uncovered: 'assign' });
    topology = await stage.client.observe();
    for (const [index, id] of stage.ids.entries()) {
      const node = topology.nodes.find(each => each.id === id)!;
      assert.equal(node.slots.count - sizes[index]!, 67);
      assert.equal(node.slots.intersection(SlotSet.of(slots)).ranges().length, 1);
    }
    // One each, and another where gossip undoes a claim meanwhile, which is made three times at most; not one a slot.
    assert(Math.max(...epochs()) <= before + 3 * 3, `epochs ${epochs().join()} after at most ${before}`);
    assert.equal(plan.steps.filter(({ kind }) => kind === 'claimSlots').length, 1);
    await stage.assertFixed(0);
  });

  it('gives a slot back to an owner that does not claim it', async () => {
    await stage.write(0, some);
    await stage.leaveStray(1, 0, ['x']);
    await stage.send(0, 'CLUSTER', 'DELSLOTS', slot);
    const { plan } = await stage.fix({}, { strayKeys: true });
    assert.match(plan.findings![0]!, /does not claim it though others call it the owner/);
    await stage.assertFixed(0);
  });

  it('makes sure of an owner that others do not see', async () => {
    await stage.write(0, some);
    // A test before may have given 0 the greatest epoch: what it says of the slot would win at once.
    await stage.send(2, 'CLUSTER', 'BUMPEPOCH');
    await eventually(
      async () => {
        const seen = parseClusterNodes(String(await stage.send(1, 'CLUSTER', 'NODES')), 'of 1');
        const [of0, of2] = [0, 2].map(index => seen.find(({ id }) => id === stage.ids[index])!.configEpoch);
        return of2! > of0!;
      },
      { what: '2 has the greater epoch' },
    );
    await stage.setSlot(1, slot, 'IMPORTING', 0);
    // What is imported gossip does not change.
    await stage.setSlot(1, slot, 'NODE', 2);
    await eventually(async () => (await stage.inspect()).slots.some(({ views }) => views.length > 1), {
      what: 'the views differ',
    });
    await stage.fix();
    await stage.assertFixed(0);
  });

  // A node that takes a slot with a new epoch makes the old owner delete its keys: no fix may do that to keys nobody else has.
  it('deletes no keys of a slot that changes its owner', async () => {
    await stage.write(0, some);
    await stage.leaveStray(1, 0, ['x', 'y', 'z', 'u', 'v']);
    await disown();
    await stage.fix({ uncovered: 'assign' });
    await stage.assertFixed(await ownerNow());
  });
});
