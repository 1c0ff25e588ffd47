import assert from 'node:assert/strict';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';

describe('what goes on at a node', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let port: number;
  let address: string;

  const send = (...words: string[]): Promise<unknown> => sendCommand(port, words);

  before(async () => {
    servers = await startTestServers({ count: 1 });
    [port] = servers.ports as [number];
    [address] = servers.nodes as [string];
    client = connect({ nodes: servers.nodes });
    await send('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await eventually(async () => String(await send('CLUSTER', 'INFO')).includes('cluster_state:ok'), {
      what: 'the cluster serves',
    });
  });
  after(async () => {
    await client?.close();
    await servers?.close();
  });

  it('tells slow commands with the pattern of their key and no value, slowest first', async () => {
    await send('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
    await send('SLOWLOG', 'RESET');
    const secret = 'hunter2secret';
    await send('SET', 'user:42:name', secret);
    await send('EVAL', `return '${secret}'`, '1', `{${secret}}`);
    await send('ACL', 'SETUSER', 'somebody', `>${secret}`);
    await send('CONFIG', 'SET', 'masterauth', secret);
    await send('MIGRATE', '127.0.0.1', '1', 'user:42:absent', '0', '1', 'AUTH', secret);
    await send('MSET', ...Array.from({ length: 80 }, (_, index) => [`{a}:${index}`, secret]).flat());
    await send('CONFIG', 'SET', 'slowlog-log-slower-than', '-1');

    const slow = await client.slowCommands(address);
    const texts = slow.commands.map(({ command }) => command);
    assert.ok(texts.includes('SET user:*:name, 1 more argument'), texts.join('\n'));
    assert.ok(texts.includes('MSET {a}:*, 159 more arguments'), texts.join('\n'));
    assert.ok(texts.includes('ACL, arguments hidden'), texts.join('\n'));
    assert.ok(texts.includes('CONFIG, arguments hidden'), texts.join('\n'));
    assert.ok(texts.includes('MIGRATE, arguments hidden'), texts.join('\n'));
    assert.ok(
      texts.some(text => text.startsWith('EVAL')),
      texts.join('\n'),
    );
    assert.doesNotMatch(JSON.stringify(slow), new RegExp(secret));
    const times = slow.commands.map(({ microseconds }) => microseconds);
    assert.deepEqual(
      times,
      [...times].sort((one, other) => other - one),
    );
    assert.equal(slow.logged, slow.commands.length);
    assert.equal(slow.thresholdMicroseconds, -1);
    assert.match(slow.commands[0]!.client, /^127\.0\.0\.1:\d+$/);
    assert.ok(slow.commands.every(({ atMilliseconds }) => Math.abs(slow.nowMilliseconds - atMilliseconds) < 60_000));
    await send('CONFIG', 'SET', 'masterauth', '');
  });

  it('asks for no more entries than it shows', async () => {
    await send('CONFIG', 'SET', 'slowlog-max-len', '500');
    await send('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
    await client.node(address).pipeline(Array.from({ length: 200 }, () => ['PING'] as const));
    await send('CONFIG', 'SET', 'slowlog-log-slower-than', '-1');
    const slow = await client.slowCommands(address);
    assert.equal(slow.commands.length, 128);
    assert.ok(slow.logged > 200);
  });

  it('tells who is connected, with what this server knows of each', async () => {
    await client.node(address).command(['CLIENT', 'SETNAME', 'watcher']);
    const { clients, total, memoryBytes } = await client.connectedClients(address);
    const own = clients.find(({ name }) => name === 'watcher');
    assert.ok(own, JSON.stringify(clients));
    assert.match(own.address, /^127\.0\.0\.1:\d+$/);
    assert.match(own.lastCommand, /^client(\|list)?$/);
    assert.equal(own.user, 'default');
    assert.equal(own.kind, 'client');
    assert.ok(own.memoryBytes > 0 && memoryBytes >= own.memoryBytes);
    assert.equal(total, clients.length);
  });

  it('tells all of itself at once: INFO by its parts, times of commands, slow commands, clients', async () => {
    await send('CONFIG', 'RESETSTAT');
    await send('CONFIG', 'SET', 'latency-monitor-threshold', '1');
    await send('EVAL', 'for i = 1, 1e7 do end', '0');
    await send('GET', 'some');
    const { info, times, slow, clients } = await client.nodeDetails(address);
    assert.ok('facts' in info && 'facts' in times && 'facts' in slow && 'facts' in clients);
    const memory = info.facts.find(({ title }) => title === 'Memory');
    assert.match(memory?.fields.find(({ name }) => name === 'used_memory')?.value ?? '', /^\d+$/);
    assert.ok(['Server', 'Replication', 'Cluster'].every(title => info.facts.some(section => section.title === title)));
    const get = times.facts.commands.find(({ command }) => command === 'GET');
    assert.ok(get?.calls === 1 && get.totalMicroseconds >= 0, JSON.stringify(times));
    assert.equal(times.facts.commands[0]!.command, 'EVAL', 'what took most comes first');
    assert.equal(times.facts.spikeThresholdMilliseconds, 1);
    const spike = times.facts.spikes?.find(({ event }) => event === 'command');
    assert.ok(spike && spike.mostMilliseconds >= 1, JSON.stringify(times.facts.spikes));
    assert.ok(clients.facts.total > 0);
    await send('CONFIG', 'SET', 'latency-monitor-threshold', '0');
  });

  it('tells the parts a user may ask for, and of the others why not', async () => {
    await send('ACL', 'SETUSER', 'partly', 'on', '>pass', '~*', '+@all', '-slowlog', '-client|list', '-latency');
    const partly = connect({ nodes: servers.nodes, username: 'partly', password: 'pass' });
    try {
      const { info, times, slow, clients } = await partly.nodeDetails(address);
      assert.ok('facts' in info && 'facts' in times);
      assert.equal(times.facts.spikes, undefined);
      assert.ok('refusal' in slow && /SLOWLOG/.test(slow.refusal));
      assert.ok('refusal' in clients && /CLIENT LIST/.test(clients.refusal));
    } finally {
      await partly.close();
    }
  });

  it('says so when the user may not ask', async () => {
    await send('ACL', 'SETUSER', 'narrow', 'on', '>pass', '~*', '+@all', '-slowlog', '-client|list');
    const narrow = connect({ nodes: servers.nodes, username: 'narrow', password: 'pass' });
    try {
      await assert.rejects(narrow.slowCommands(address), /SLOWLOG/i);
      await assert.rejects(narrow.connectedClients(address), /CLIENT LIST/i);
    } finally {
      await narrow.close();
    }
  });

  it('gives up when asked to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(client.slowCommands(address, { signal }), /enough/);
    await assert.rejects(client.connectedClients(address, { signal }), /enough/);
    await assert.rejects(client.nodeDetails(address, { signal }), /enough/);
  });
});
