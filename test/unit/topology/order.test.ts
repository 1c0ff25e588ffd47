import assert from 'node:assert/strict';
import { parseAddress } from '../../../src/core/topology/address';
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

  it('is nothing else', () => {
    for (const text of [
      '',
      'host',
      'host:',
      ':7001',
      'host:0',
      'host:65536',
      'fd00::7:7001',
      '[host]:7001',
      'a b:1',
      'x host:1',
      'host:1 x',
    ])
      assert.throws(() => parseAddress(text), { code: 'badAddress' }, text);
  });
});
