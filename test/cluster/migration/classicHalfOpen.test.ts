import assert from 'node:assert/strict';
import { ClassicStage } from '../../support/slots/classicStage';
import { keyInSlot, loadSlots } from '../../support/slots/loadSlots';
import type { ClusterNode } from '../../../src/core/topology/types';

describe('A classic move of slots that an earlier attempt left', () => {
  const slot = 42;
  const keys = 30;
  let stage: ClassicStage;
  let first: ClusterNode;
  let second: ClusterNode;
  before(async () => (stage = await ClassicStage.start({ nodeTimeoutMilliseconds: 5000 })));
  beforeEach(async () => {
    [first, second] = await stage.masters();
    await loadSlots(stage.connections.node(first.address), [slot], keys);
  });
  afterEach(async () => {
    // Whatever a test left: the slot goes back empty.
    await stage.send(first, 'FLUSHALL');
    await stage.send(second, 'FLUSHALL');
    const [, , third] = await stage.masters();
    for (const node of [first, second, third!]) await stage.setSlot(node, slot, 'STABLE');
    for (const node of [first, second, third!]) await stage.setSlot(node, slot, 'NODE', first.id);
    await stage.send(first, 'CLUSTER', 'BUMPEPOCH');
    await stage.assertOwner(first, String(slot));
  });
  after(() => stage.close());

  async function migrate(...numbers: number[]): Promise<void> {
    const names = numbers.map(number => keyInSlot(slot, number));
    const answer = await stage.send(first, 'MIGRATE', second.host, second.port, '', 0, 1000, 'KEYS', ...names);
    assert.equal(answer, 'OK');
  }

  async function goesOn(expected: number): Promise<string[]> {
    const { moved, notes } = await stage.move(first, second, String(slot));
    assert.equal(moved.toString(), String(slot));
    assert.equal(await stage.countKeys(second, slot), expected);
    assert.equal(await stage.countKeys(first, slot), 0);
    await stage.assertOwner(second, String(slot));
    return notes;
  }

  it('goes on when only the target was opened', async () => {
    await stage.setSlot(second, slot, 'IMPORTING', first.id);
    assert.deepEqual(await goesOn(keys), []);
  });

  it('goes on when only the source was opened', async () => {
    await stage.setSlot(first, slot, 'MIGRATING', second.id);
    assert.deepEqual(await goesOn(keys), []);
  });

  it('goes on when both were opened and some keys have left', async () => {
    await stage.setSlot(second, slot, 'IMPORTING', first.id);
    await stage.setSlot(first, slot, 'MIGRATING', second.id);
    await migrate(0, 1, 2);
    await stage.asking(second, 'SET', keyInSlot(slot, 500), 'new');
    assert.deepEqual(await goesOn(keys + 1), []);
  });

  it('goes on when the target lost its opening after keys had left', async () => {
    await stage.setSlot(second, slot, 'IMPORTING', first.id);
    await stage.setSlot(first, slot, 'MIGRATING', second.id);
    await migrate(0, 1, 2);
    await stage.setSlot(second, slot, 'STABLE');
    assert.deepEqual(await goesOn(keys), []);
  });

  it('goes on when the target is the owner already and the source was not told', async () => {
    await stage.setSlot(second, slot, 'IMPORTING', first.id);
    await stage.setSlot(first, slot, 'MIGRATING', second.id);
    await migrate(...Array.from({ length: keys }, (_, number) => number));
    await stage.setSlot(second, slot, 'NODE', second.id);
    assert.deepEqual(await goesOn(keys), []);
  });

  it('does nothing when all was done', async () => {
    await stage.move(first, second, String(slot));
    assert.deepEqual(await goesOn(keys), []);
  });

  it('lets the copy that clients see count where both ends have a key, and says so', async () => {
    await stage.setSlot(second, slot, 'IMPORTING', first.id);
    for (const number of [3, 4]) await stage.asking(second, 'SET', keyInSlot(slot, number), 'old');
    const [note] = await goesOn(keys);
    assert.match(note!, /^2 keys were at both ends/);
    assert.equal(await stage.send(second, 'GET', keyInSlot(slot, 3)), 'v'.repeat(100));
  });

  it('refuses a slot of which the target holds keys for no reason, and changes nothing', async () => {
    await stage.setSlot(second, slot, 'IMPORTING', first.id);
    await stage.asking(second, 'SET', keyInSlot(slot, 900), 'stray');
    await stage.setSlot(second, slot, 'STABLE');
    await assert.rejects(stage.move(first, second, '40-50'), error => {
      const { code, slots, message } = error as { code: string; slots: unknown; message: string };
      assert.equal(code, 'strayKeys');
      assert.equal(String(slots), String(slot));
      assert.match(
        message,
        /holds 1 key of slot 42, which it does not own\. 0 of 11 slots moved, and no slot is open\./,
      );
      return true;
    });
    await stage.assertOwner(first, '40-50');
  });

  it('leaves a slot alone that is on its way to somebody else', async () => {
    const [, , third] = await stage.masters();
    await stage.setSlot(third!, slot, 'IMPORTING', first.id);
    await stage.setSlot(first, slot, 'MIGRATING', third!.id);
    await assert.rejects(stage.move(first, second, String(slot)), {
      code: 'slotsOpen',
      message: new RegExp(`Slot 42 is already open at ${first.address}, migrating to ${third!.address}\\.`),
    });
    assert.equal(await stage.countKeys(first, slot), keys);
  });

  it('leaves a slot alone that belongs to somebody else', async () => {
    const [, , third] = await stage.masters();
    await assert.rejects(stage.move(first, second, String(third!.slots.first!)), {
      code: 'ownerChanged',
      message: new RegExp(`belongs to ${third!.address} now, not to ${first.address}`),
    });
  });
});
