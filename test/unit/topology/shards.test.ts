import assert from 'node:assert/strict';
import { servingShards } from '../../../src/core/topology/lineage';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import { changed, loneNode, looksAt, modelCluster, nodeId, type ModelNode } from './modelCluster';

const nodes = modelCluster(3, 1);
const [first, second, replica] = [1, 2, 4].map(nodeId) as [string, string, string];
const before = mergeLooks(looksAt(nodes));
const promoted = (slots: string): ModelNode[] =>
  changed(nodes, replica, { role: 'master', masterId: '-', slots, epoch: 9 });

/** [id, master] of every shard. */
function led({ shards }: Topology): [string, string | undefined][] {
  return shards.map(({ id, masterId }) => [id, masterId]);
}

describe('The name of a shard', () => {
  it('goes to who serves, before the master it had that serves no more though somebody follows it', () => {
    const emptied = changed(changed(promoted('0-5461'), first, { slots: '' }), nodeId(5), { masterId: first });
    const after = mergeLooks(looksAt(emptied), { previous: before });
    assert.deepEqual(led(after), [
      ['slot-0', replica],
      ['slot-5462', second],
      ['slot-10923', nodeId(3)],
      [`master-${first}`, first],
    ]);
  });

  it('stays with the master it had where its replica serves more of its slots', () => {
    const parted = changed(promoted('100-5461'), first, { slots: '0-99' });
    assert.deepEqual(led(mergeLooks(looksAt(parted), { previous: before })).slice(0, 2), [
      ['slot-0', first],
      ['slot-100', replica],
    ]);
  });

  it('goes, of two that only followed, to the one with more slots, then to the lesser id', () => {
    const remembered = { [first]: 'slot-7', [second]: 'slot-7' };
    const named = (slots: string, others: string) =>
      led(
        mergeLooks(looksAt(changed(changed(nodes, first, { slots }), second, { slots: others })), {
          rememberedShards: remembered,
        }),
      ).slice(0, 2);
    assert.deepEqual(named('0-99', '100-299'), [
      ['slot-0', first],
      ['slot-7', second],
    ]);
    assert.deepEqual(named('100-199', '0-99'), [
      ['slot-0', second],
      ['slot-7', first],
    ]);
  });
});

describe('Shards', () => {
  it('without slots come last, in the order of their names, also one whose master nobody lists', () => {
    const empty = [10, 12].flatMap((number): ModelNode[] => [
      { ...loneNode(number + 1), role: 'slave', masterId: nodeId(number) },
      loneNode(number),
    ]);
    const orphan: ModelNode = { ...loneNode(9), role: 'slave', masterId: nodeId(11) };
    const { shards } = mergeLooks(looksAt([...empty.reverse(), orphan, ...nodes]));
    assert.deepEqual(
      shards.slice(3).map(({ id, masterId, replicaIds, slots }) => [id, masterId, ...replicaIds, slots.count]),
      [
        [`master-${nodeId(10)}`, nodeId(10), nodeId(9), nodeId(11), 0],
        [`master-${nodeId(12)}`, nodeId(12), nodeId(13), 0],
      ],
      'a replica of a replica counts for the master above it',
    );
    const lost = mergeLooks(looksAt([...nodes, { ...orphan, masterId: nodeId(77) }])).shards[3]!;
    assert.deepEqual([lost.id, lost.masterId, lost.replicaIds], [`master-${nodeId(77)}`, undefined, [nodeId(9)]]);
  });

  it('of another cluster are called after their masters, and stand by their slots', () => {
    const others = nodes
      .slice(0, 3)
      .map((node, at): ModelNode => ({ ...node, id: nodeId(100 + at), host: `10.5.0.${at}` }));
    const both = mergeLooks([...looksAt(others), ...looksAt(nodes)]);
    assert.deepEqual(
      both.shards.map(({ id }) => id),
      [
        ...[`master-${nodeId(100)}`, 'slot-0'],
        ...[`master-${nodeId(101)}`, 'slot-5462'],
        ...[`master-${nodeId(102)}`, 'slot-10923'],
      ],
    );
    assert.deepEqual(
      servingShards(both).map(({ id }) => id),
      ['slot-0', 'slot-5462', 'slot-10923'],
    );
    const moved = changed(changed(nodes, first, { slots: '' }), second, { slots: '0-10922' });
    const emptied = mergeLooks(looksAt(moved), { previous: before });
    assert.equal(emptied.shards.length, 3);
    assert.deepEqual(
      servingShards(emptied).map(({ id }) => id),
      ['slot-5462', 'slot-10923'],
    );
  });
});
