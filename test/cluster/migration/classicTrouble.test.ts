import assert from 'node:assert/strict';
import type { ClusterNode } from '../../../src/core/topology/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { ClassicStage } from '../../support/slots/classicStage';
import { interrupting } from '../../support/slots/interrupting';
import { keyInSlot, loadSlots } from '../../support/slots/loadSlots';

describe('A classic move of slots in trouble', () => {
  let stage: ClassicStage;
  let first: ClusterNode;
  let second: ClusterNode;
  before(async () => (stage = await ClassicStage.start({ nodeTimeoutMilliseconds: 2000 })));
  beforeEach(async () => ([first, second] = await stage.masters()));
  afterEach(async () => {
    for (const node of [first, second]) await stage.send(node, 'FLUSHALL');
  });
  after(() => stage.close());

  it('leaves no slot open when the target has no room', async () => {
    await loadSlots(stage.connections.node(first.address), [10, 11, 12], 50);
    await stage.send(second, 'CONFIG', 'SET', 'maxmemory', '1');
    try {
      await assert.rejects(stage.move(first, second, '0-20'), {
        code: 'targetFull',
        node: second.address,
        message:
          /has reached its memory limit \(maxmemory\)\. \d+ of 21 slots moved, and no slot is open\. Raise maxmemory/,
      });
    } finally {
      await stage.send(second, 'CONFIG', 'SET', 'maxmemory', '0');
    }
    await stage.assertOwner(first, '10-12');
    assert.equal((await stage.move(first, second, '0-20')).keys, 150);
    await stage.move(second, first, '0-20');
    await stage.assertOwner(first, '0-20');
  });

  it('refuses a key that would stop its servers for too long, before its slot is opened', async () => {
    const key = keyInSlot(30, 1);
    // At 60 MB a second it takes longer than half of 2 s.
    await stage.send(first, 'SETRANGE', key, 64_000_000, 'x');
    await assert.rejects(stage.move(first, second, '30'), {
      code: 'keyTooLarge',
      message: /The key "\{.*\}1" in slot 30 .* about 6\d MB: .* for about 1\.\d s, .* of 2000 ms .* no slot is open/,
    });
    await stage.assertOwner(first, '30');
  });

  it('stops at a cancel with no slot open and no key lost', async () => {
    await loadSlots(stage.connections.node(first.address), range(100, 400), 20);
    const cancel = new AbortController();
    const reason = new Error('enough');
    const nodes = interrupting(stage.connections, () => cancel.abort(reason));
    const moving = stage.move(first, second, '100-399', { nodes, latencyMilliseconds: 2, signal: cancel.signal });
    await assert.rejects(moving, reason);
    assert.equal((await dbSize(first)) + (await dbSize(second)), 6000);
    const [, now] = await stage.masters();
    const arrived = now.slots.intersection(SlotSet.parse('100-399'));
    assert(arrived.count > 0 && arrived.count < 300, `${arrived.count} slots arrived`);
    await stage.assertOwner(second, arrived.toString());
    await stage.move(second, first, arrived.toString());
    await stage.assertOwner(first, '100-399');
  });

  it('goes on when the target comes to itself after a while, and the source is well meanwhile', async () => {
    await loadSlots(stage.connections.node(first.address), range(60, 70), 1000);
    const { servers } = stage.servers;
    let resumed: Promise<void> | undefined;
    const told = await stage.move(first, second, '60-69', {
      nodes: interrupting(stage.connections, () => servers.pause(second.port)),
      latencyMilliseconds: 2,
      report: text => {
        // It hung for longer than a MIGRATE waits.
        if (text.startsWith('Trying again')) resumed ??= resume();
      },
    });
    async function resume(): Promise<void> {
      await stage.send(first, 'PING');
      await servers.resume(second.port);
    }
    await resumed;
    assert(resumed, 'it met the trouble');
    assert.equal(told.moved.toString(), '60-69');
    assert.equal(await dbSize(second), 10_000);
    assert.equal(await dbSize(first), 0);
    await stage.move(second, first, '60-69');
    await stage.assertOwner(first, '60-69');
  });

  it('begins nothing when it is cancelled before', async () => {
    const reason = new Error('not at all');
    await assert.rejects(stage.move(first, second, '0-10', { signal: AbortSignal.abort(reason) }), reason);
    await stage.assertOwner(first, '0-10');
  });

  it('says which slots stay open when the target is gone', async () => {
    await loadSlots(stage.connections.node(first.address), [50, 51], 2000);
    const port = second.port;
    const moving = stage.move(first, second, '50-51', {
      nodes: interrupting(stage.connections, () => stage.servers.servers.kill(port)),
      latencyMilliseconds: 1,
    });
    await assert.rejects(moving, error => {
      const { code, slots, message } = error as { code: string; slots: unknown; message: string };
      assert.equal(code, 'targetUnreachable', message);
      assert.match(String(slots), /50/);
      assert.match(
        message,
        /stays? open, migrating at .* and importing at .*: .* nothing is lost\. .* goes on with open slots/,
      );
      return true;
    });
    await stage.servers.servers.start(port);
  });

  async function dbSize(node: ClusterNode): Promise<number> {
    return Number(await stage.send(node, 'DBSIZE'));
  }
});

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
