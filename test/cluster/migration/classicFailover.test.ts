import assert from 'node:assert/strict';
import { takeBackSlots } from '../../../src/core/migration/takeBackSlots';
import type { Member } from '../../../src/core/migration/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { ClusterNode } from '../../../src/core/topology/types';
import { ClassicStage } from '../../support/slots/classicStage';
import { keyInSlot, loadSlots } from '../../support/slots/loadSlots';
import { openSlots } from '../../support/slots/openSlots';
import { eventually } from '../../support/testCluster';
import { unhindered } from '../../support/slots/unhindered';

const slot = 42;
const keys = 30;

describe('A classic move of slots whose source has failed over while they were open', () => {
  let stage: ClassicStage;
  let source: ClusterNode;
  let target: ClusterNode;
  let heir: Member;

  beforeEach(async () => {
    stage = await ClassicStage.start({ count: 6, replicas: 1, nodeTimeoutMilliseconds: 1000 });
    [source, target] = await stage.masters();
    await loadSlots(stage.connections.node(source.address), [slot], keys);
    await stage.setSlot(target, slot, 'IMPORTING', source.id);
    await stage.setSlot(source, slot, 'MIGRATING', target.id);
    const half = Array.from({ length: keys / 2 }, (_, number) => keyInSlot(slot, number));
    await stage.send(source, 'MIGRATE', target.host, target.port, '', 0, 1000, 'KEYS', ...half);
    const replica = (await stage.connections.observe()).nodes.find(({ masterId }) => masterId === source.id)!;
    await eventually(async () => (await stage.countKeys(replica, slot)) === keys / 2, {
      what: 'the replica has it all',
    });
    await stage.servers.servers.kill(source.port);
    await eventually(
      async () => {
        const { nodes } = await stage.connections.observe();
        return nodes.some(({ id, role, slots }) => id === replica.id && role === 'master' && slots.has(slot));
      },
      { what: 'its replica takes over' },
    );
    heir = { id: replica.id, address: replica.address, formerIds: [source.id] };
  });
  afterEach(() => stage.close());

  async function assertWhole(owner: Member): Promise<void> {
    await stage.masters();
    assert.deepEqual(await openSlots(stage.servers.ports.filter(port => port !== source.port)), []);
    for (const { address, slots } of (await stage.connections.observe()).nodes)
      assert.equal(slots.has(slot), address === owner.address, address);
    const at = stage.connections.node(owner.address);
    assert.equal(await at.command(['CLUSTER', 'COUNTKEYSINSLOT', slot]), keys);
    for (let number = 0; number < keys; number++)
      assert.equal(await at.command(['GET', keyInSlot(slot, number)]), 'v'.repeat(100));
  }

  it('is gone on with, and the target serves its other slots again', async () => {
    const { moved } = await stage.move(heir, target, String(slot));
    assert.equal(moved.toString(), String(slot));
    assert.match(String(await stage.send(target, 'CLUSTER', 'INFO')), /cluster_state:ok/);
    await assertWhole(target);
  });

  it('is rolled back, and the target serves its other slots again', async () => {
    const notes: string[] = [];
    await takeBackSlots(
      { source: heir, target, slots: SlotSet.of([slot]) },
      unhindered({ nodes: stage.connections, masters: [heir, target], note: text => void notes.push(text) }),
    );
    assert.deepEqual(notes, []);
    await assertWhole(heir);
  });
});
