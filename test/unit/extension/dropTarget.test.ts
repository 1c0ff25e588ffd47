import assert from 'node:assert/strict';
import { dropOn } from '../../../src/extension/tree/dropTarget';
import type { TreeElement } from '../../../src/extension/tree/elements';
import { operationElsewhere, sampleState, threeShards } from './sampleCluster';

describe('dropOn', () => {
  const state = sampleState([...threeShards, { port: 7006, alone: true }]);
  const nodeAt = (port: number) => state.topology!.nodes.find(node => node.port === port)!;
  const [first, second] = state.topology!.shards as [
    NonNullable<typeof state.topology>['shards'][0],
    NonNullable<typeof state.topology>['shards'][0],
  ];
  const replica = state.topology!.nodes.find(({ id }) => id === first.replicaIds[0])!;
  const spare = nodeAt(7006);
  const onShard = (shardId: string): TreeElement => ({ kind: 'shard', id: shardId, clusterId: 'sample', shardId });
  const onNode = (nodeId: string): TreeElement => ({ kind: 'node', id: nodeId, clusterId: 'sample', nodeId });

  it('lets a replica follow the master of another shard, wherever in it it falls', () => {
    const expected = {
      command: 'redisCluster.moveReplica',
      argument: { clusterId: 'sample', node: replica.id, master: second.masterId },
    };
    for (const target of [onShard(second.id), onNode(second.masterId!), onNode(second.replicaIds[0]!)])
      assert.deepEqual(dropOn(replica, target, state), expected);
  });

  it('lets a spare join as a replica', () => {
    assert.deepEqual(dropOn(spare, onShard(first.id), state), {
      command: 'redisCluster.addNode',
      argument: { clusterId: 'sample', node: spare.id, as: 'replica', master: first.masterId },
    });
  });

  it('says why it means nothing: a master, the own shard, another cluster, a row of neither, read-only, an operation', () => {
    const master = state.topology!.nodes.find(({ id }) => id === first.masterId)!;
    const refusalOf = (...given: Parameters<typeof dropOn>): string | undefined => {
      const drop = dropOn(...given);
      return 'refusal' in drop ? drop.refusal : undefined;
    };
    assert.equal(refusalOf(master, onShard(second.id), state), 'master');
    assert.equal(refusalOf(replica, onShard(first.id), state), 'ownShard');
    assert.equal(refusalOf(replica, { ...onShard(second.id), clusterId: 'other' }, state), 'noShard');
    assert.equal(refusalOf(replica, { kind: 'cluster', id: 'sample', clusterId: 'sample' }, state), 'noShard');
    const readOnly = { ...state, definition: { ...state.definition, readOnly: true } };
    assert.equal(refusalOf(replica, onShard(second.id), readOnly), 'readOnly');
    const operation = { state: 'paused' } as typeof state.operation;
    assert.equal(refusalOf(replica, onShard(second.id), { ...state, operation }), 'operation');
    assert.equal(refusalOf(replica, onShard(second.id), { ...state, operationElsewhere }), 'operation');
  });

  it('lets a spare take the place of a failed node', () => {
    const nodes = state.topology!.nodes.map(node =>
      node.id === replica.id ? { ...node, status: 'failed' as const } : node,
    );
    const broken = { ...state, topology: { ...state.topology!, nodes } };
    assert.deepEqual(dropOn(spare, onNode(replica.id), broken), {
      command: 'redisCluster.replaceNode',
      argument: { clusterId: 'sample', node: replica.id, spare: spare.id },
    });
  });
});
