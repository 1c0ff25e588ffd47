import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { ClassicStage } from '../../support/slots/classicStage';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { startLedger } from '../../support/slots/ledger';
import { keyInSlot, loadSlots } from '../../support/slots/loadSlots';
import { eventually } from '../../support/testCluster';

describe('A classic move of slots', () => {
  let stage: ClassicStage;
  before(async () => (stage = await ClassicStage.start({ count: 6, replicas: 1, nodeTimeoutMilliseconds: 5000 })));
  after(() => stage.close());

  it('takes every key along while clients write, and is done when all agree', async () => {
    const { ports } = stage.servers;
    await fillCluster(ports, 5000);
    const [first, second] = await stage.masters();
    const ledger = startLedger(ports, { keys: 400 });
    try {
      await ledger.more(200);
      const told = await stage.move(first, second, '0-1999');
      await ledger.more(200);
      assert.equal(told.moved.toString(), '0-1999');
      assert(told.keys > 400, `it counted ${told.keys} keys`);
      assert.deepEqual(told.notes, []);
    } finally {
      await ledger.stop();
    }
    await ledger.assertKept();
    await assertFilled(ports, 5000);
    await stage.assertOwner(second, '0-1999');
    await stage.move(second, first, '0-1999', { latencyMilliseconds: 20 });
    await assertFilled(ports, 5000);
    await stage.assertOwner(first, '0-1999');
  });

  it('moves slots without keys', async () => {
    const [first, second] = await stage.masters();
    await stage.connections.node(first.address).command(['FLUSHALL']);
    const told = await stage.move(first, second, '100,200-455');
    assert.deepEqual([told.moved.toString(), told.keys], ['100,200-455', 0]);
    await stage.assertOwner(second, '100,200-455');
    await stage.move(second, first, '100,200-455');
  });

  it('keeps every type, its expiry and any bytes in a name', async () => {
    const [first, second] = await stage.masters();
    const slot = 77;
    const key = (name: string) => keyInSlot(slot, 0) + name;
    const source = stage.connections.node(first.address);
    const binary = Buffer.concat([Buffer.from(keyInSlot(slot, 0)), Buffer.from([0, 255, 13, 10, 34, 128])]);
    const wrote = await source.pipeline([
      ['SET', key('text'), 'käse', 'PX', 500_000],
      ['RPUSH', key('list'), 'a', 'b', 'c'],
      ['SADD', key('set'), 'x', 'y'],
      ['ZADD', key('sorted'), 1, 'one', 2, 'two'],
      ['HSET', key('hash'), 'field', 'value'],
      ['XADD', key('stream'), '1-1', 'field', 'value'],
      ['PFADD', key('hyperloglog'), 'a', 'b'],
      ['SET', binary, binary],
      ['SET', key('gone'), 'soon', 'PX', 1],
    ]);
    for (const reply of wrote) assert(!(reply instanceof Error), String(reply));
    await stage.move(first, second, String(slot));
    const target = stage.connections.node(second.address);
    assert.equal(await target.command(['GET', key('text')]), 'käse');
    const ttl = Number(await target.command(['PTTL', key('text')]));
    assert(ttl > 400_000 && ttl <= 500_000, `${ttl} ms to live`);
    assert.equal(await target.command(['PTTL', key('list')]), -1);
    assert.deepEqual(await target.command(['LRANGE', key('list'), 0, -1]), ['a', 'b', 'c']);
    assert.equal(await target.command(['SCARD', key('set')]), 2);
    assert.deepEqual(await target.command(['ZRANGE', key('sorted'), 0, -1]), ['one', 'two']);
    assert.equal(await target.command(['HGET', key('hash'), 'field']), 'value');
    assert.equal(await target.command(['XLEN', key('stream')]), 1);
    assert.equal(await target.command(['PFCOUNT', key('hyperloglog')]), 2);
    assert.deepEqual(await target.commandBuffer(['GET', binary]), binary);
    assert.equal(await target.command(['EXISTS', key('gone')]), 0);
    await stage.move(second, first, String(slot));
    await stage.assertOwner(first, String(slot));
  });

  it('moves a slot of more keys than one MIGRATE takes', async () => {
    const [first, second] = await stage.masters();
    await loadSlots(stage.connections.node(first.address), [5], 4321);
    const told = await stage.move(first, second, '5');
    assert.equal(told.keys, 4321);
    assert.equal(await stage.countKeys(second, 5), 4321);
    await stage.move(second, first, '5', { latencyMilliseconds: 5 });
    assert.equal(await stage.countKeys(first, 5), 4321);
    await stage.connections.node(first.address).command(['FLUSHALL']);
  });

  it('leads a blocked client to the new owner', async () => {
    const [first, second] = await stage.masters();
    const key = keyInSlot(60, 1);
    const blocked = new Redis(first.port, '127.0.0.1');
    try {
      const answer = assert.rejects(blocked.brpop(key, 30), new RegExp(`^ReplyError: MOVED 60 .*:${second.port}$`));
      await eventually(async () => /blocked_clients:1\b/.test(String(await stage.send(first, 'INFO', 'clients'))), {
        what: 'the client waits',
      });
      await stage.move(first, second, '60');
      await answer;
      assert.match(String(await stage.send(first, 'INFO', 'clients')), /blocked_clients:0\b/);
      assert.equal(await stage.send(second, 'LPUSH', key, 'here'), 1);
    } finally {
      blocked.disconnect();
    }
    await stage.move(second, first, '60');
  });

  it('empties a master that follows its last slot as a replica', async () => {
    const [first, second, third] = await stage.masters();
    const slots = third!.slots.toString();
    await fillCluster(stage.servers.ports, 3000);
    const told = await stage.move(third!, first, slots);
    assert.equal(told.moved.toString(), slots);
    await assertFilled(stage.servers.ports, 3000);
    await stage.assertOwner(first, slots);
    await stage.assertOwner(second, second.slots.toString());
  });
});

describe('A classic move of slots where a cluster has several databases', () => {
  it('takes the keys of all of them along', async function () {
    const stage = await ClassicStage.start({ settings: { 'cluster-databases': '4' } }).catch((error: unknown) => {
      // Only Valkey 9 and newer has them: every other server refuses to start.
      assert.match(String(error), /cluster-databases|Bad directive/i);
      return undefined;
    });
    if (!stage) return;
    try {
      const [first, second] = await stage.masters();
      const source = stage.connections.open(first.address);
      for (const database of [0, 1, 3]) {
        const wrote = await source.pipeline([
          ['SELECT', database],
          ['SET', keyInSlot(9, 1), `in ${database}`],
          ['SET', keyInSlot(9, 2), 'more'],
        ]);
        assert.deepEqual(wrote, ['OK', 'OK', 'OK']);
      }
      assert.equal((await stage.move(first, second, '0-20')).keys, 6);
      const target = stage.connections.open(second.address);
      for (const database of [0, 1, 3]) {
        const [, value, keys] = await target.pipeline([['SELECT', database], ['GET', keyInSlot(9, 1)], ['DBSIZE']]);
        assert.deepEqual([value, keys], [`in ${database}`, 2]);
      }
      await stage.assertOwner(second, '0-20');
    } finally {
      await stage.close();
    }
  });
});

describe('A classic move of slots where everybody must sign in', () => {
  let stage: ClassicStage;
  before(async () => (stage = await ClassicStage.start({ password: 'se"cret' })));
  after(() => stage.close());

  it('gives the password to MIGRATE and to nobody else', async () => {
    const [first, second] = await stage.masters();
    await loadSlots(stage.connections.node(first.address), [1, 2, 3], 20);
    const told = await stage.move(first, second, '0-9');
    assert.equal(told.keys, 60);
    assert.equal(await stage.countKeys(second, 2), 20);
    for (const text of [...told.notes, ...told.reports]) assert(!text.includes('se"cret'));
    await stage.assertOwner(second, '0-9');
    await stage.move(second, first, '0-9');
  });

  it('signs in as a user of its own, and tells whose right is missing', async () => {
    const [first, second, third] = await stage.masters();
    for (const node of [first, second, third!])
      await stage.send(node, 'ACL', 'SETUSER', 'mover', 'on', '>word', '~*', '+@all');
    const asUser = new ClassicStage(stage.servers, { username: 'mover', password: 'word' });
    try {
      await loadSlots(stage.connections.node(first.address), [20, 21], 10);
      assert.equal((await asUser.move(first, second, '20')).keys, 10);
      await stage.send(second, 'ACL', 'SETUSER', 'mover', '-restore-asking');
      await assert.rejects(asUser.move(first, second, '21'), {
        name: 'MigrationError',
        code: 'noPermission',
        node: second.address,
        message: /does not allow the user .* 0 of 1 slot moved, and no slot is open\./,
      });
      await stage.assertOwner(first, '21');
      await stage.send(second, 'ACL', 'SETUSER', 'mover', 'on', '>other', '<word', '+@all');
      // Who is signed in stays so; MIGRATE signs in anew.
      await assert.rejects(asUser.move(first, second, '21'), { code: 'wrongPassword' });
    } finally {
      asUser.connections.close();
    }
    await stage.assertOwner(first, '21');
  });
});
