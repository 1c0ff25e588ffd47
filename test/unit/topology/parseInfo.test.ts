import assert from 'node:assert/strict';
import { MalformedReplyError } from '../../../src/core/topology/malformedReplyError';
import { parseClusterInfo, parseServerInfo } from '../../../src/core/topology/parseInfo';
import type { ServerInfo } from '../../../src/core/topology/types';
import { recordedText } from './recording';

/** As Valkey 8 and newer answer: the Redis version they pretend to be, their own, the zone, and more about replicas. */
const VALKEY = `# Server\r
redis_version:7.2.4\r
server_name:valkey\r
valkey_version:9.1.2\r
valkey_release_stage:ga\r
process_id:7\r
uptime_in_seconds:12\r
availability_zone:eu-1b\r
# Clients\r
connected_clients:3\r
# Memory\r
used_memory:2000000\r
maxmemory:4000000\r
# Persistence\r
loading:0\r
# Stats\r
instantaneous_ops_per_sec:42\r
instantaneous_input_kbps:1.50\r
instantaneous_output_kbps:0.00\r
evicted_keys:1\r
# Replication\r
role:master\r
connected_slaves:2\r
slave0:ip=10.0.0.2,port=7001,state=online,offset=990,lag=1,type=replica\r
slave1:ip=::1,port=7002,state=wait_bgsave,offset=0,lag=0,type=rdb-channel\r
replicas_waiting_psync:0\r
master_repl_offset:1000\r
# Cluster\r
cluster_enabled:1\r
# Keyspace\r
db0:keys=10,expires=1,avg_ttl=0\r
db3:keys=5,expires=0,avg_ttl=0,keys_with_volatile_items=0\r
`;

/** What a replica says beside that, up to how long its link is down. */
const REPLICA = `slave_repl_offset:990\r
master_sync_in_progress:1\r
master_link_status:down\r
`;

describe('parseServerInfo', () => {
  it('reads a Redis 7.0.15 master with its replica', () => {
    const info = parseServerInfo(recordedText('healthy', 21001, 'INFO'), '127.0.0.1:21001');
    assert.equal(info.flavour, 'redis');
    assert.equal(info.version, '7.0.15');
    assert.equal(info.clusterEnabled, true);
    assert.equal(info.role, 'master');
    assert.equal(info.masterLink, undefined);
    assert.equal(info.replicas.length, 1);
    assert.deepEqual(
      { ...info.replicas[0], offset: 0, lagSeconds: 0 },
      { host: '127.0.0.1', port: 21005, state: 'online', offset: 0, lagSeconds: 0 },
    );
    assert.ok(info.keys > 0 && info.keysByDatabase[0] === info.keys);
    assert.ok(info.usedMemoryBytes > 1_000_000 && info.processId > 0 && info.clients > 0);
    assert.equal(info.availabilityZone, undefined);
  });

  it('reads a Redis 7.0.15 replica: its link, and its own offset', () => {
    const info = parseServerInfo(recordedText('healthy', 21004, 'INFO'), '127.0.0.1:21004');
    assert.equal(info.role, 'replica');
    assert.equal(info.masterLink, 'up');
    assert.equal(info.syncing, false);
    assert.ok(info.replicationOffset > 0);
  });

  it('reads a replica whose link is down', () => {
    const info = parseServerInfo(recordedText('master-failed', 21005, 'INFO'), '127.0.0.1:21005');
    assert.equal(info.masterLink, 'down');
  });

  it('reads for how long the link is down, unless it never was up, and a full synchronisation', () => {
    const link = (downSeconds: string): ServerInfo =>
      parseServerInfo(VALKEY.replace('role:master\r\n', `role:slave\r\n${REPLICA}${downSeconds}`), 'h:1');
    const { role, masterLink, syncing, replicationOffset, ...info } = link('master_link_down_since_seconds:5\r\n');
    assert.deepEqual([role, masterLink, syncing, replicationOffset], ['replica', 'down', true, 990]);
    assert.equal(info.masterLinkDownSeconds, 5);
    assert.equal(link('master_link_down_since_seconds:0\r\n').masterLinkDownSeconds, 0);
    for (const never of ['master_link_down_since_seconds:-1\r\n', ''])
      assert.ok(!('masterLinkDownSeconds' in link(never)));
  });

  it('tells whether it writes an append-only file, where that is not hidden', () => {
    const written = (line: string) => parseServerInfo(VALKEY.replace('loading:0\r\n', `loading:0\r\n${line}`), 'h:1');
    assert.equal(written('aof_enabled:1\r\n').appendOnly, true);
    assert.equal(written('aof_enabled:0\r\n').appendOnly, false);
    assert.ok(!('appendOnly' in written('')));
  });

  it('reads the same whatever ends the lines, and without an end of the last', () => {
    assert.deepEqual(parseServerInfo(VALKEY.replaceAll('\r\n', '\n').trimEnd(), 'h:1'), parseServerInfo(VALKEY, 'h:1'));
    assert.deepEqual(parseServerInfo(VALKEY.trimEnd(), 'h:1'), parseServerInfo(VALKEY, 'h:1'));
    assert.deepEqual(parseServerInfo(VALKEY.replaceAll('#', '\r\n#'), 'h:1'), parseServerInfo(VALKEY, 'h:1'));
  });

  it('takes nothing that newer servers add for a replica or a database', () => {
    const added = 'slave0_lag:x\r\nslaves:x\r\nxslave0:x\r\ndb0_distrib_strings_items:1=10\r\ndb_size:x\r\nxdb1:x\r\n';
    assert.deepEqual(parseServerInfo(VALKEY + added, 'h:1'), parseServerInfo(VALKEY, 'h:1'));
  });

  it('reads a replica whose lag is not sent, a database that has no keys, and a rate of parts of a byte', () => {
    const text = VALKEY.replace('lag=1,', '').replace('db3:keys=5', 'db3:keys=0').replace('kbps:0.00', 'kbps:0.01');
    const { replicas, keysByDatabase, outputBytesPerSecond } = parseServerInfo(text, 'h:1');
    assert.equal(replicas[0]!.lagSeconds, 0);
    assert.deepEqual([keysByDatabase, outputBytesPerSecond], [{ 0: 10 }, 10]);
  });

  it('reads a server outside any cluster, keys of several databases', () => {
    const info = parseServerInfo(recordedText('standalone', 21009, 'INFO'), '127.0.0.1:21009');
    assert.equal(info.clusterEnabled, false);
    assert.deepEqual(info.keysByDatabase, { 0: 1, 5: 1 });
    assert.equal(info.keys, 2);
  });

  it('reads a Valkey by its own version, zone and replicas', () => {
    const info = parseServerInfo(VALKEY, '10.0.0.1:7000');
    assert.equal(info.flavour, 'valkey');
    assert.equal(info.version, '9.1.2');
    assert.equal(info.availabilityZone, 'eu-1b');
    assert.deepEqual(info.replicas, [
      { host: '10.0.0.2', port: 7001, state: 'online', offset: 990, lagSeconds: 1 },
      { host: '::1', port: 7002, state: 'wait_bgsave', offset: 0, lagSeconds: 0 },
    ]);
    assert.deepEqual(info.keysByDatabase, { 0: 10, 3: 5 });
    assert.equal(info.maxMemoryBytes, 4_000_000);
    assert.equal(info.operationsPerSecond, 42);
    assert.deepEqual([info.inputBytesPerSecond, info.outputBytesPerSecond], [1536, 0]);
    assert.equal(info.evictedKeys, 1);
  });

  it('knows a Valkey that hides behind the Redis name by its version field', () => {
    const info = parseServerInfo(VALKEY.replace('server_name:valkey', 'server_name:redis'), 'h:1');
    assert.deepEqual([info.flavour, info.version], ['valkey', '9.1.2']);
  });

  it('has no zone when the server sends an empty one', () => {
    assert.equal(parseServerInfo(VALKEY.replace('zone:eu-1b', 'zone:'), 'h:1').availabilityZone, undefined);
  });

  it('reads a server that is loading', () => {
    assert.equal(parseServerInfo(VALKEY.replace('loading:0', 'loading:1'), 'h:1').loading, true);
  });

  it('takes counters that are hidden for 0', () => {
    const hidden = VALKEY.replace(
      /^(evicted_keys|maxmemory|instantaneous_ops_per_sec|instantaneous_input_kbps|connected_clients|process_id):.*\r\n/gm,
      '',
    );
    const info = parseServerInfo(hidden, 'h:1');
    assert.deepEqual(
      [info.evictedKeys, info.maxMemoryBytes, info.operationsPerSecond, info.clients, info.processId],
      [0, 0, 0, 0, 0],
    );
    assert.equal(info.inputBytesPerSecond, 0);
  });

  it('refuses a link that is neither up nor down', () => {
    const maybe = `role:slave\r\n${REPLICA.replace('down', 'maybe')}`;
    assert.throws(
      () => parseServerInfo(VALKEY.replace('role:master\r\n', maybe), 'h:1'),
      /master_link_status is neither "up" nor "down"/,
    );
  });

  for (const field of [
    'valkey_version',
    'uptime_in_seconds',
    'used_memory',
    'loading',
    'role',
    'master_repl_offset',
    'cluster_enabled',
  ])
    it(`refuses an answer without ${field}`, () => {
      const without = VALKEY.replace(new RegExp(`^${field}:.*\r\n`, 'm'), '');
      assert.throws(
        () => parseServerInfo(without, '10.0.0.9:7000'),
        (error: unknown) =>
          error instanceof MalformedReplyError &&
          error.node === '10.0.0.9:7000' &&
          error.message.includes(`there is no ${field}`),
      );
    });

  const malformed: [string, string, string, RegExp][] = [
    ['a role that is none', 'role:master', 'role:sentinel', /role is neither/],
    ['memory that is no number', 'used_memory:2000000', 'used_memory:lots', /used_memory is not a whole number/],
    ['memory that is empty', 'used_memory:2000000', 'used_memory:', /used_memory is not a whole number/],
    ['a flag that is none', 'cluster_enabled:1', 'cluster_enabled:yes', /cluster_enabled is neither 0 nor 1/],
    ['a replica without an offset', 'offset=990,', '', /slave0 does not tell/],
    ['a replica without an address', 'ip=10.0.0.2,', '', /slave0 does not tell/],
    ['a replica without a state', 'state=online,', '', /slave0 does not tell/],
    ['a replica with a lag that is no number', 'lag=1', 'lag=x', /slave0 does not tell/],
    ['a rate that is no number', 'input_kbps:1.50', 'input_kbps:fast', /instantaneous_input_kbps is not a number/],
    ['a rate that is empty', 'input_kbps:1.50', 'input_kbps:', /instantaneous_input_kbps is not a number/],
    ['a rate below 0', 'input_kbps:1.50', 'input_kbps:-1', /instantaneous_input_kbps is not a number/],
    ['a rate without an end', 'input_kbps:1.50', 'input_kbps:Infinity', /instantaneous_input_kbps is not a number/],
    ['parts of a byte', 'used_memory:2000000', 'used_memory:0.5', /used_memory is not a whole number/],
    ['keys that are no number', 'db0:keys=10', 'db0:keys=x', /db0 does not tell/],
    ['a line without a name', 'loading:0', ':0', /not name:value/],
    ['a line without a value', 'loading:0', 'loading', /not name:value/],
    ['a replica on no port', 'port=7001', 'port=x', /slave0 does not tell/],
    ['a database without keys', 'db0:keys=10', 'db0:kees=10', /db0 does not tell/],
    ['a line that is none', '# Memory', '<html>', /not name:value/],
  ];
  for (const [name, good, bad, reason] of malformed)
    it(`refuses ${name}, quoting the line`, () => {
      assert.throws(
        () => parseServerInfo(VALKEY.replace(good, bad), 'h:1'),
        (error: unknown) => {
          assert.ok(error instanceof MalformedReplyError);
          assert.match(error.message, reason);
          const lines = VALKEY.replace(good, bad).split('\r\n');
          assert.equal(lines[error.line!.number - 1], error.line!.text);
          return true;
        },
      );
    });
});

describe('parseClusterInfo', () => {
  it('reads what Redis 7.0.15 says of a healthy cluster and keeps every field', () => {
    const info = parseClusterInfo(recordedText('healthy', 21001, 'CLUSTER INFO'), '127.0.0.1:21001');
    assert.deepEqual(
      { ...info, fields: undefined },
      {
        state: 'ok',
        slotsAssigned: 16384,
        slotsOk: 16384,
        slotsSuspect: 0,
        slotsFailed: 0,
        knownNodes: 6,
        size: 3,
        currentEpoch: 6,
        ownEpoch: 1,
        fields: undefined,
      },
    );
    assert.equal(info.fields['total_cluster_links_buffer_limit_exceeded'], '0');
  });

  it('reads what it says of a cluster that lost its majority', () => {
    const info = parseClusterInfo(recordedText('no-majority', 21001, 'CLUSTER INFO'), '127.0.0.1:21001');
    assert.deepEqual([info.state, info.slotsOk, info.slotsSuspect], ['fail', 5461, 10923]);
  });

  it('keeps what newer servers add', () => {
    const text = `${recordedText('healthy', 21001, 'CLUSTER INFO')}cluster_slot_migration_active_tasks:1\r\nother:a:b\r\n`;
    const { fields } = parseClusterInfo(text, 'h:1');
    assert.equal(fields['cluster_slot_migration_active_tasks'], '1');
    assert.equal(fields['other'], 'a:b');
  });

  it('refuses an answer without a field, and a state that is none', () => {
    const text = recordedText('healthy', 21001, 'CLUSTER INFO');
    assert.throws(
      () => parseClusterInfo(text.replace('cluster_size', 'cluster_width'), 'h:1'),
      /there is no cluster_size/,
    );
    assert.throws(
      () => parseClusterInfo(text.replace('cluster_state:ok', 'cluster_state:fine'), 'h:1'),
      /cluster_state is neither/,
    );
    assert.throws(() => parseClusterInfo('', 'h:1'), MalformedReplyError);
  });
});
