import assert from 'node:assert/strict';
import { MalformedReplyError } from '../../../src/core/topology/malformedReplyError';
import { parseClusterShards, type ShardNodeReply } from '../../../src/core/topology/parseClusterShards';
import { recordedJson } from './recording';

const A = 'a'.repeat(40);

function node(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: A,
    port: 7000,
    ip: '10.0.0.1',
    endpoint: '10.0.0.1',
    role: 'master',
    'replication-offset': 5,
    health: 'online',
    ...change,
  };
}

describe('parseClusterShards', () => {
  it('reads the flat arrays of RESP2 and the maps of RESP3 to the same shards', () => {
    const flat = parseClusterShards(recordedJson('healthy', 'shards.resp2.json'), '127.0.0.1:21001');
    const objects = recordedJson('healthy', 'shards.resp3.json') as { slots: number[]; nodes: object[] }[];
    const maps = objects.map(
      shard =>
        new Map<string, unknown>([
          ['slots', shard.slots],
          ['nodes', shard.nodes.map(entry => new Map(Object.entries(entry)))],
        ]),
    );
    assert.deepEqual(parseClusterShards(objects, '127.0.0.1:21001'), flat);
    assert.deepEqual(parseClusterShards(maps, '127.0.0.1:21001'), flat);
    assert.deepEqual(flat.map(shard => shard.slots.toString()).sort(), ['0-5460', '10923-16383', '5461-10922']);
    const replica = flat.flatMap(shard => shard.nodes).find(entry => entry.port === 21005)!;
    assert.equal(replica.role, 'replica');
    assert.equal(replica.hostname, 'node5.example.com');
    assert.ok(replica.replicationOffset > 0);
  });

  it('reads a failed master that lost its slots', () => {
    const shards = parseClusterShards(recordedJson('failed-over', 'shards.resp2.json'), '127.0.0.1:21002');
    const failed = shards
      .flatMap(shard => shard.nodes.map(entry => ({ shard, entry })))
      .find(({ entry }) => entry.port === 21001)!;
    assert.equal(failed.entry.health, 'fail');
    assert.ok(failed.shard.slots.isEmpty);
  });

  it('reads the ids and zones of Valkey 9.1, TLS ports, and several ranges', () => {
    const [shard] = parseClusterShards(
      [
        {
          id: 'f00d',
          slots: [0, 5, 9, 9],
          nodes: [node({ port: undefined, 'tls-port': 7443, 'availability-zone': 'zone-a' })].map(withoutUndefined),
        },
      ],
      'h:1',
    );
    assert.equal(shard!.id, 'f00d');
    assert.equal(shard!.slots.toString(), '0-5,9');
    assert.deepEqual(shard!.nodes[0], {
      id: A,
      tlsPort: 7443,
      host: '10.0.0.1',
      role: 'master',
      replicationOffset: 5,
      health: 'online',
      availabilityZone: 'zone-a',
    });
  });

  it('reads both ports, a role by its newer name, and what is empty as absent', () => {
    const changes = [
      { port: 0, 'tls-port': 65535, role: 'primary', health: 'loading', hostname: '', 'availability-zone': null },
      { role: 'slave', health: 'failed', hostname: 'one.example', 'replication-offset': 0 },
    ];
    const [shard] = parseClusterShards([{ id: '', slots: [], nodes: changes.map(node) }], 'h:1');
    const common = { id: A, host: '10.0.0.1' };
    assert.deepEqual(shard, {
      slots: shard!.slots,
      nodes: [
        { ...common, port: 0, tlsPort: 65535, role: 'master', replicationOffset: 5, health: 'loading' },
        { ...common, port: 7000, hostname: 'one.example', role: 'replica', replicationOffset: 0, health: 'fail' },
      ],
    });
  });

  it('reads the numbers of a proxy that sends all of them as text', () => {
    const texts = { port: '7000', 'replication-offset': '5' };
    const [shard] = parseClusterShards([{ slots: ['0', '16383'], nodes: [node(texts)] }], 'h:1');
    const [{ port, replicationOffset }] = shard!.nodes as [ShardNodeReply];
    assert.deepEqual([shard!.slots.count, port, replicationOffset], [16384, 7000, 5]);
  });

  it('tells which shard it cannot read, and shows it, however it was sent', () => {
    const good = { slots: [], nodes: [] };
    for (const bad of [{ slots: 7 }, new Map([['slots', 7]])])
      assert.throws(
        () => parseClusterShards([good, bad], 'h:1'),
        (error: unknown) => {
          assert.ok(error instanceof MalformedReplyError);
          assert.deepEqual(error.line, { number: 2, text: '{"slots":7}' });
          return true;
        },
      );
  });

  const malformed: [string, unknown, RegExp][] = [
    ['a text', 'OK', /not a list of shards/],
    ['nothing', null, /not a list of shards/],
    ['a shard that is a number', [7], /other than named fields/],
    ['a shard that is null', [null], /other than named fields/],
    ['a shard without nodes', [['slots', []]], /"nodes" is not a list/],
    ['a shard without slots', [['nodes', []]], /"slots" is not a list/],
    ['a flat shard with a field and no value', [['slots', [], 'nodes']], /other than named fields/],
    ['a range without an end', [{ slots: [1], nodes: [] }], /start and no end/],
    ['a slot out of range', [{ slots: [1, 16384], nodes: [] }], /its slots are wrong/],
    ['a slot of six digits', [{ slots: ['000005', 5], nodes: [] }], /something other than a slot/],
    ['a slot with more behind it', [{ slots: ['5x', 5], nodes: [] }], /something other than a slot/],
    ['a slot with more before it', [{ slots: ['x5', 5], nodes: [] }], /something other than a slot/],
    ['a slot that is a truth', [{ slots: [true, 5], nodes: [] }], /something other than a slot/],
    ['a long id', [{ slots: [], nodes: [node({ id: `${A}a` })] }], /is not a node id/],
    ['an id with more before it', [{ slots: [], nodes: [node({ id: `x${A}` })] }], /is not a node id/],
    ['a bad id', [{ slots: [], nodes: [node({ id: 'x' })] }], /"x" is not a node id/],
    ['an unknown role', [{ slots: [], nodes: [node({ role: 'king' })] }], /"king" is not a role/],
    ['a role every object has', [{ slots: [], nodes: [node({ role: 'constructor' })] }], /"constructor" is not a role/],
    ['a slot that is nothing', [{ slots: [null, 5], nodes: [] }], /something other than a slot/],
    ['an unknown health', [{ slots: [], nodes: [node({ health: 'fine' })] }], /"fine" is not a health/],
    [
      'a missing offset',
      [{ slots: [], nodes: [node({ 'replication-offset': null })] }],
      /"replication-offset" is missing/,
    ],
    [
      'an empty offset',
      [{ slots: [], nodes: [node({ 'replication-offset': '' })] }],
      /"replication-offset" is missing/,
    ],
    [
      'half an offset',
      [{ slots: [], nodes: [node({ 'replication-offset': 0.5 })] }],
      /"replication-offset" is missing/,
    ],
    ['a zone that is a number', [{ slots: [], nodes: [node({ 'availability-zone': 1 })] }], /"availability-zone" is/],
    ['a port that is none', [{ slots: [], nodes: [node({ port: -1 })] }], /"port" is not between/],
    ['a port just out of range', [{ slots: [], nodes: [node({ 'tls-port': 65536 })] }], /"tls-port" is not between/],
    ['a bad port', [{ slots: [], nodes: [node({ port: 70000 })] }], /"port" is not between/],
    ['no port at all', [{ slots: [], nodes: [withoutUndefined(node({ port: undefined }))] }], /a node has no port/],
    ['an address that is null', [{ slots: [], nodes: [node({ ip: null })] }], /"ip" is missing/],
  ];
  for (const [name, reply, reason] of malformed)
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseClusterShards(reply, 'h:1'),
        (error: unknown) => {
          assert.ok(error instanceof MalformedReplyError);
          assert.equal(error.command, 'CLUSTER SHARDS');
          assert.match(error.message, reason);
          return true;
        },
      );
    });
});

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
