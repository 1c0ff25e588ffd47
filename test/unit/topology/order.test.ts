import assert from 'node:assert/strict';
import { isHost, parseAddress } from '../../../src/core/topology/address';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { changed, loneNode, looksAt, modelCluster, nodeId } from './modelCluster';

describe('Nodes of one kind', () => {
  it('stand in the order of their hosts, numbers as numbers, then of their ports, then of their ids', () => {
    const spare = (number: number, host: string, port: number) => ({ ...loneNode(number), host, port });
    const spares = [
      spare(61, '10.9.0.10', 7000),
      spare(62, '10.9.0.9', 7002),
      spare(63, '10.9.0.9', 7001),
      spare(65, '10.9.0.8', 7001),
      spare(64, '10.9.0.8', 7001),
    ];
    const { nodes } = mergeLooks(looksAt([...modelCluster(3), ...spares]));
    assert.deepEqual(
      nodes.slice(3).map(({ id }) => id),
      [64, 65, 63, 62, 61].map(nodeId),
    );
  });

  it('stand so among the replicas of a master, too', () => {
    const nodes = changed(modelCluster(3, 2), nodeId(4), { host: '10.0.0.20' });
    const [first] = mergeLooks(looksAt(nodes)).shards;
    assert.deepEqual(first!.replicaIds, [nodeId(7), nodeId(4)]);
  });
});

describe('An address', () => {
  it('is a host and a port, an IPv6 host in brackets', () => {
    assert.deepEqual(parseAddress('redis-0.example:7001'), { host: 'redis-0.example', port: 7001 });
    assert.deepEqual(parseAddress('[fd00::7]:65535'), { host: 'fd00::7', port: 65535 });
    assert.deepEqual(parseAddress('10.0.0.1:1'), { host: '10.0.0.1', port: 1 });
  });

  it('may have blanks around it', () => {
    assert.deepEqual(parseAddress(' host:7001\n'), { host: 'host', port: 7001 });
  });

  const others: [string, string][] = [
    ['', 'it is empty.'],
    ['redis://host:7001', 'it is a URL.'],
    ['host', 'it has no port.'],
    ['host:', 'it is not host:port.'],
    [':7001', 'it is not host:port.'],
    ['a b:1', 'it is not host:port.'],
    ['host:1 x', 'it is not host:port.'],
    ['fd00::7:7001', 'an IPv6 host must be in brackets.'],
    ['[fd00::7]', 'it is not host:port.'],
    ['host:0', 'port 0 is not between 1 and 65535.'],
    ['host:65536', 'port 65536 is not between 1 and 65535.'],
    ['[host]:7001', '"host" is not an IPv6 address.'],
    ['[fd00::g]:7001', '"fd00::g" is not an IPv6 address.'],
    ['ho/st:7001', '"ho/st" is not a host name.'],
  ];
  for (const [text, reason] of others)
    it(`is not "${text}", for ${reason}`, () => {
      assert.throws(() => parseAddress(text), {
        code: 'badAddress',
        message: `"${text}" is not an address: ${reason} Write host:port, for example 127.0.0.1:7000 or [::1]:7000.`,
      });
    });

  it('has a name or an IP as its host, an IPv6 with or without a scope', () => {
    for (const host of ['a', 'redis_0-1.example', '10.0.0.1', '::1', 'FD00::7', '::ffff:10.0.0.1', 'fe80::1%eth0'])
      assert.ok(isHost(host), host);
    for (const text of [
      '',
      'a b',
      '<b>',
      'a<',
      '<a',
      'a%b',
      '<::1',
      '::1<',
      '::1%',
      '::1%eth 0',
      'fe80::1%eth0 ',
      '%eth0:',
    ])
      assert.ok(!isHost(text), text);
  });
});
