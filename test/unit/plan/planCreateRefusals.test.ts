import assert from 'node:assert/strict';
import { planCreate, type CreateRequest } from '../../../src/core/plan/planCreate';
import { PlanError } from '../../../src/core/plan/planError';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { emptyInfo, emptyNode, emptyNodes, idOf, nodesOnHosts, topologyOf } from './emptyNodes';

describe('planCreate refuses', () => {
  const six = emptyNodes(...nodesOnHosts(2, 2, 2));

  describe('nodes that cannot take part, naming each of them:', () => {
    const cases: { title: string; code: string; differing: Partial<ClusterNode>; says: RegExp }[] = [
      {
        title: 'one that did not answer, with the reason',
        code: 'nodesUnreachable',
        differing: { reachable: false, unreachableReason: 'The connection was refused.' },
        says: /^2 of 6 nodes gave no usable answer: 127\.0\.0\.1:7001 and 127\.0\.0\.1:7004 \(The connection was refused\)\./,
      },
      {
        title: 'one without cluster mode',
        code: 'clusterModeOff',
        differing: { info: emptyInfo({ clusterEnabled: false }) },
        says: /^2 of 6 nodes do not run in cluster mode: 127\.0\.0\.1:7001 and 127\.0\.0\.1:7004\./,
      },
      {
        title: 'one that is still loading',
        code: 'nodesLoading',
        differing: { info: emptyInfo({ loading: true }) },
        says: /^2 of 6 nodes are still loading their data sets: 127\.0\.0\.1:7001 and 127\.0\.0\.1:7004\./,
      },
      {
        title: 'one that knows other nodes, with their number',
        code: 'nodesInCluster',
        differing: { knownNodes: 6, inCluster: true },
        says: /^2 of 6 nodes belong to another cluster: 127\.0\.0\.1:7001 and 127\.0\.0\.1:7004 \(with 5 other nodes\)\./,
      },
      {
        title: 'one that others still list',
        code: 'nodesInCluster',
        differing: { seenBy: ['a', 'b'] },
        says: /127\.0\.0\.1:7001 and 127\.0\.0\.1:7004 \(still listed by 2 other nodes\)\./,
      },
      {
        title: 'one left over as a replica',
        code: 'nodesAreReplicas',
        differing: { role: 'replica', masterId: 'abcdef' },
        says: /^2 of 6 nodes are still replicas: 127\.0\.0\.1:7001 and 127\.0\.0\.1:7004 \(of abcdef\)\./,
      },
      {
        title: 'one with slots',
        code: 'nodesHaveSlots',
        differing: { slots: SlotSet.parse('0-99,5461') },
        says: /^2 of 6 nodes have slots already: 127\.0\.0\.1:7001 and 127\.0\.0\.1:7004 \(slots 0-99,5461\)\./,
      },
      {
        title: 'one with keys, in whatever database',
        code: 'nodesNotEmpty',
        differing: { info: emptyInfo({ keys: 13, keysByDatabase: { 3: 1, 0: 12 } }) },
        says: /^2 of 6 nodes hold keys: 127\.0\.0\.1:7001 and 127\.0\.0\.1:7004 \(12 keys in database 0 and 1 key in database 3\)\./,
      },
    ];
    for (const { title, code, differing, says } of cases)
      it(`${title} (${code})`, () => {
        const error = refusal(withSome(six, differing, '127.0.0.1:7001', '127.0.0.1:7004'));
        assert.equal(error.code, code);
        assert.match(error.message, says);
        assert.match(error.message, / Nothing was changed\. /);
      });

    it('a single one in the singular', () => {
      const error = refusal(withSome(six, { knownNodes: 2 }, '127.0.0.1:7005'));
      assert.match(error.message, /^1 node belongs to another cluster: 127\.0\.0\.1:7005 \(with 1 other node\)\./);
    });

    it('but not for the sake of nodes the request leaves out', () => {
      const topology = withSome(six, { knownNodes: 2 }, '127.0.0.1:7005');
      const nodes = ['127.0.0.1:7000', '127.0.0.1:7002', '127.0.0.1:7004'];
      assert.equal(planCreate(topology, { replicasPerMaster: 0, nodes }).after.nodes.length, 3);
    });

    it('and keeps different details apart, without an address that the reason repeats', () => {
      const nodes = six.nodes.map(({ address }, index) =>
        emptyNode(address, {
          reachable: index < 3,
          unreachableReason: index === 5 ? `${address} timed out.` : `${address} refused the connection. Start it.`,
        }),
      );
      assert.equal(
        refusal(topologyOf(nodes)).message,
        '3 of 6 nodes gave no usable answer: 127.0.0.1:7003 and 127.0.0.1:7004 (refused the connection. Start it); 127.0.0.1:7005 (timed out). Nothing was changed. Mend that, or leave such nodes out.',
      );
    });
  });

  it('Redis and Valkey together (mixedFlavours)', () => {
    const valkey = { info: emptyInfo({ flavour: 'valkey', version: '8.0.1' }) };
    const error = refusal(withSome(six, valkey, '127.0.0.1:7001'));
    assert.equal(error.code, 'mixedFlavours');
    assert.match(error.message, /Valkey 8\.0\.1 on 127\.0\.0\.1:7001\./);
  });

  it('different major versions (mixedMajorVersions)', () => {
    const error = refusal(withSome(six, { info: emptyInfo({ version: '6.2.14' }) }, '127.0.0.1:7001'));
    assert.equal(error.code, 'mixedMajorVersions');
    assert.match(error.message, /Redis 6\.2\.14 on 127\.0\.0\.1:7001\./);
  });

  describe('requests that make no sense:', () => {
    const cases: { title: string; code: string; request: CreateRequest; says: RegExp }[] = [
      {
        title: 'a negative number of replicas',
        code: 'badReplicaCount',
        request: { replicasPerMaster: -1 },
        says: /-1 replicas/,
      },
      { title: 'half a replica', code: 'badReplicaCount', request: { replicasPerMaster: 0.5 }, says: /0\.5 replicas/ },
      {
        title: 'no master',
        code: 'badMasterCount',
        request: { replicasPerMaster: 1, masters: 0, allowFewMasters: true },
        says: /0 masters/,
      },
      {
        title: 'more masters than slots',
        code: 'tooManyMasters',
        request: { replicasPerMaster: 0, masters: 16385 },
        says: /16385 masters cannot share 16384 slots/,
      },
      {
        title: 'more than the nodes can give',
        code: 'tooFewNodes',
        request: { replicasPerMaster: 2, masters: 3 },
        says: /3 masters with 2 replicas each need 9 nodes, but there are 6/,
      },
      {
        title: 'too few nodes for a single shard',
        code: 'tooFewNodes',
        request: { replicasPerMaster: 6 },
        says: /1 master with 6 replicas needs 7 nodes, but there are 6/,
      },
      {
        title: 'too few nodes for 3 masters, with the number it takes',
        code: 'tooFewMasters',
        request: { replicasPerMaster: 2 },
        says: /6 nodes make only 2 masters with 2 replicas each\. There is no automatic failover.* need 9 nodes/,
      },
      {
        title: '1 master without saying that few are fine',
        code: 'tooFewMasters',
        request: { replicasPerMaster: 1, masters: 1 },
        says: /You asked for 1 master with 1 replica\. There is no automatic failover/,
      },
      {
        title: 'nodes nobody knows',
        code: 'unknownNodes',
        request: { replicasPerMaster: 0, nodes: ['127.0.0.1:7000', '127.0.0.1:9000', 'nobody'] },
        says: /127\.0\.0\.1:9000 and nobody are not known here/,
      },
      {
        title: 'a node named twice, once by its id',
        code: 'duplicateNodes',
        request: { replicasPerMaster: 0, nodes: ['127.0.0.1:7000', idOf('127.0.0.1:7000'), '127.0.0.1:7001'] },
        says: /127\.0\.0\.1:7000 \(named as 127\.0\.0\.1:7000 and [0-9a-f]{40}\)/,
      },
    ];
    for (const { title, code, request, says } of cases)
      it(`${title} (${code})`, () => {
        const error = refusal(six, request);
        assert.equal(error.code, code);
        assert.match(error.message, says);
      });
  });

  it('a topology without nodes (tooFewNodes)', () => {
    assert.match(refusal(emptyNodes()).message, /needs 2 nodes, but there are none/);
  });

  it('more than 1000 nodes (tooManyNodes)', () => {
    const error = refusal(emptyNodes(...nodesOnHosts(1001)));
    assert.equal(error.code, 'tooManyNodes');
  });
});

function refusal(topology: Topology, request: CreateRequest = { replicasPerMaster: 1 }): PlanError {
  try {
    planCreate(topology, request);
  } catch (error) {
    assert.ok(error instanceof PlanError, String(error));
    return error;
  }
  assert.fail('It was planned.');
}

function withSome(topology: Topology, differing: Partial<ClusterNode>, ...addresses: string[]): Topology {
  return topologyOf(
    topology.nodes.map(node =>
      addresses.includes(node.address) ? emptyNode(`${node.address} ${node.hostLabel}`, differing) : node,
    ),
  );
}
