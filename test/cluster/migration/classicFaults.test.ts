import assert from 'node:assert/strict';
import type { ClusterNode } from '../../../src/core/topology/types';
import { ClassicStage, type Told } from '../../support/slots/classicStage';
import { interrupting } from '../../support/slots/interrupting';
import { keyInSlot, loadSlots } from '../../support/slots/loadSlots';
import { createWithRedisCli, startTestServers } from '../../support/testCluster';

const keysPerSlot = 100;
const slots = Array.from({ length: 40 }, (_, index) => 100 + index);
const keys = keysPerSlot * slots.length;

describe('A classic move of slots when a server gets into trouble in the middle', () => {
  let stage: ClassicStage;
  let first: ClusterNode;
  let second: ClusterNode;
  before(async () => {
    const servers = await startTestServers({
      count: 3,
      persistence: true,
      nodeTimeoutMilliseconds: 3000,
      // Half a millisecond for each command of its file: a server that starts again is at it for some seconds.
      settings: { 'key-load-delay': '500' },
    });
    stage = new ClassicStage(servers);
    await createWithRedisCli(servers, 0);
  });
  beforeEach(async () => {
    [first, second] = await stage.masters();
    await loadSlots(stage.connections.node(first.address), slots, keysPerSlot);
  });
  afterEach(async () => {
    if (stage.servers.servers.servers.length === 0) return;
    for (const node of [first, second]) await stage.send(node, 'FLUSHALL');
    await stage.move(second, first, '100-139').catch(() => undefined);
    await stage.assertOwner(first, '100-139');
  });
  after(() => stage.close());

  /** Something happens once when the first keys have arrived. */
  async function moveMeeting(trouble: () => Promise<unknown>): Promise<Told> {
    let isMet = false;
    const nodes = interrupting(stage.connections, async () => {
      await trouble();
      isMet = true;
    });
    const told = await stage.move(first, second, '100-139', { nodes, latencyMilliseconds: 1 });
    assert(isMet);
    assert.equal(told.moved.count, slots.length);
    await stage.assertOwner(second, '100-139');
    return told;
  }

  it('waits until a target that was started again has read its data', async () => {
    const { servers } = stage.servers;
    // Of its own, so that it takes a while.
    await loadSlots(stage.connections.node(second.address), [7000, 7001], 3000);
    let started: Promise<unknown> | undefined;
    await moveMeeting(async () => {
      await servers.kill(second.port);
      started = servers.start(second.port);
    });
    await started;
    assert.equal(await stage.send(second, 'DBSIZE'), keys + 6000);
    assert.equal(await stage.send(first, 'DBSIZE'), 0);
  });

  it('goes on after the source was flushed', async () => {
    await moveMeeting(() => stage.send(first, 'FLUSHALL'));
    assert.equal(await stage.send(first, 'DBSIZE'), 0);
  });

  it('goes on after the target was flushed', async () => {
    await moveMeeting(() => stage.send(second, 'FLUSHALL'));
    assert.equal(await stage.send(first, 'DBSIZE'), 0);
  });

  it('says that the target has too few replicas to take writes, and leaves no slot open', async () => {
    await stage.send(second, 'CONFIG', 'SET', 'min-replicas-to-write', 1);
    try {
      await assert.rejects(stage.move(first, second, '100-139'), {
        code: 'engineFailed',
        node: second.address,
        message: new RegExp(
          `^${second.address} takes no writes, for fewer replicas are linked to it than its min-replicas-to-write asks for\\. 0 of 40 slots moved, and no slot is open\\. .*lower min-replicas-to-write`,
        ),
      });
    } finally {
      await stage.send(second, 'CONFIG', 'SET', 'min-replicas-to-write', 0);
    }
    await stage.assertOwner(first, '100-139');
    assert.equal(await stage.send(first, 'DBSIZE'), keys);
  });

  it('tells at which end a right is missing, and which', async () => {
    for (const node of [first, second]) await stage.send(node, 'ACL', 'SETUSER', 'mover', 'on', '>word', '~*', '+@all');
    const asUser = new ClassicStage(stage.servers, { username: 'mover', password: 'word' });
    try {
      for (const [node, right, command] of [
        [first, 'migrate', 'MIGRATE'],
        [first, 'cluster|setslot', 'CLUSTER'],
        [second, 'cluster|setslot', 'CLUSTER'],
        [second, 'cluster|nodes', 'CLUSTER'],
      ] as const) {
        await stage.send(node, 'ACL', 'SETUSER', 'mover', `-${right}`);
        await assert.rejects(asUser.move(first, second, '100'), error => {
          const { code, node: where, message } = error as { code: string; node: string; message: string };
          assert.deepEqual([code, where], ['noPermission', node.address], message);
          assert.match(message, new RegExp(`does not allow this user ${command}.*: "NOPERM`));
          assert.match(message, / no slot is open\.| Nothing was changed\./);
          return true;
        });
        await stage.send(node, 'ACL', 'SETUSER', 'mover', `+${right}`);
        await stage.assertOwner(first, '100');
      }
    } finally {
      asUser.connections.close();
    }
    assert.equal(await stage.send(first, 'DBSIZE'), keys);
  });

  it('takes a key of 200 MB along without a failover, where the node timeout allows it', async () => {
    await stage.send(first, 'FLUSHALL');
    const key = keyInSlot(100, 0);
    await stage.send(first, 'SETRANGE', key, 200_000_000, 'x');
    await loadSlots(stage.connections.node(first.address), [101], keysPerSlot);
    for (const port of stage.servers.ports) await stage.send({ port }, 'CONFIG', 'SET', 'cluster-node-timeout', 15_000);
    const { notes } = await stage.move(first, second, '100-139');
    assert.deepEqual(notes, []);
    assert.equal(await stage.send(second, 'STRLEN', key), 200_000_001);
    assert.equal(await stage.send(second, 'DBSIZE'), 1 + keysPerSlot);
    for (const port of stage.servers.ports) await stage.send({ port }, 'CONFIG', 'SET', 'cluster-node-timeout', 3000);
    await stage.assertOwner(second, '100-139');
  });
});
