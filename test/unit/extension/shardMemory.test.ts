import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { mergeLooks } from '../../../src/core/index';
import { ShardMemory, shardsByNode } from '../../../src/extension/sessions/shardMemory';
import { nodeId, sampleTopology, threeShards, withNodes } from './sampleCluster';

describe('The memory of shards', () => {
  const healthy = sampleTopology(threeShards);

  it('holds the shard of every node that serves one, or served one before it failed, over a reload', () => {
    const { memory, state } = make();
    const failedOver = withNodes(threeShards, { port: 7000, down: 'fail' }, { port: 7003, slots: '0-5460' });
    memory.note('a', sampleTopology(withNodes(failedOver, { port: 7006, alone: true }), healthy));
    const again = new ShardMemory(state, fail);
    assert.deepEqual(again.recall('a'), {
      [nodeId(7000)]: 'slot-0',
      [nodeId(7001)]: 'slot-5461',
      [nodeId(7002)]: 'slot-10923',
      [nodeId(7003)]: 'slot-0',
      [nodeId(7004)]: 'slot-5461',
      [nodeId(7005)]: 'slot-10923',
    });
    assert.deepEqual(again.recall('b'), {});
  });

  it('is written only when something changed, and not when nobody answered', () => {
    const { memory, state } = make();
    memory.note('a', healthy);
    memory.note('a', sampleTopology(threeShards));
    memory.note('a', mergeLooks([], { previous: healthy }));
    assert.equal(state.writes, 1);
    assert.equal(Object.keys(memory.recall('a')).length, 6);
  });

  it('forgets a cluster that is removed, or that is none any more', () => {
    const { memory, state } = make();
    memory.note('a', healthy);
    memory.note('b', healthy);
    memory.forget('a');
    memory.note('b', sampleTopology(threeShards.map(({ port }) => ({ port, alone: true }))));
    assert.deepEqual([memory.recall('a'), memory.recall('b')], [{}, {}]);
    assert.deepEqual(state.values.get('redisCluster.lastShards'), []);
  });

  it('keeps the 20 clusters noted last and 1000 nodes of each', () => {
    const { memory, state } = make();
    for (let number = 0; number < 25; number++) memory.note(`c${number}`, healthy);
    const kept = (state.values.get('redisCluster.lastShards') as [string, unknown][]).map(([id]) => id);
    assert.deepEqual([kept.length, kept[0], kept.at(-1)], [20, 'c5', 'c24']);
    const masters = Array.from({ length: 1200 }, (_, index) => ({ port: 7000 + index, slots: String(index) }));
    const large = sampleTopology(threeShards);
    const shards = masters.map(({ port }) => ({ ...large.shards[0]!, masterId: nodeId(port), replicaIds: [] }));
    assert.equal(Object.keys(shardsByNode({ ...large, shards })).length, 1000);
  });

  it('is empty after something else was written in its place', () => {
    for (const value of ['x', [['a']], [['a', { n: 1 }]], null])
      assert.deepEqual(new ShardMemory(make(value).state, fail).recall('a'), {});
  });

  it('tells when it cannot be written', async () => {
    const told: unknown[] = [];
    const state = { ...make().state, update: () => Promise.reject(new Error('Full.')) };
    new ShardMemory(state, error => told.push(error)).note('a', healthy);
    await new Promise(resolve => setImmediate(resolve));
    assert.match(String(told), /Full/);
  });
});

function make(value?: unknown) {
  const values = new Map<string, unknown>([['redisCluster.lastShards', value]]);
  const state = {
    values,
    writes: 0,
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: async (key: string, next: unknown) => {
      state.writes++;
      values.set(key, JSON.parse(JSON.stringify(next)));
    },
  };
  return { memory: new ShardMemory(state as Memento, fail), state: state as typeof state & Memento };
}

function fail(error: unknown): void {
  assert.fail(String(error));
}
