import assert from 'node:assert/strict';
import { describeChanges } from '../../../src/webview/describeChanges';
import { change, failOver, makeNode, makeSnapshot, nodeId } from '../../support/pageSnapshots';

describe('describeChanges', () => {
  const before = makeSnapshot({ spares: 1 });
  const text = (after: typeof before, from = before) => describeChanges(from, after).text;

  it('says nothing when only figures change', () => {
    const after = change(before, { 7000: { keys: 9, operationsPerSecond: 1, memoryBytes: 1, lagBytes: 5 } });
    assert.equal(text(after), '');
    assert.equal(describeChanges(before, after).nodeIds.size, 0);
  });

  it('says nothing when the words of a state count on', () => {
    const syncing = change(before, { 7003: { state: 'syncing', stateText: 'syncing 43 %' } });
    assert.equal(text(change(syncing, { 7003: { stateText: 'syncing 44 %' } }), syncing), '');
  });

  it('says nothing at the first look, when every node is new', () => {
    const { text, nodeIds } = describeChanges({ ...before, nodes: [] }, before);
    assert.deepEqual([text, nodeIds.size], ['', 0]);
  });

  it('says that a master failed and who leads its shard now', () => {
    const { text, nodeIds } = describeChanges(before, failOver(before));
    assert.equal(text, '127.0.0.1:7000 failed. 127.0.0.1:7003 is now master of shard 1');
    assert.deepEqual([...nodeIds], [nodeId(7000), nodeId(7003)]);
  });

  it('says that a failed node is ok again', () => {
    const failed = change(before, { 7004: { state: 'failed', stateText: 'failed' } });
    assert.equal(text(before, failed), '127.0.0.1:7004 is ok again');
  });

  it('says that a spare became a replica and of which shard', () => {
    const [first, ...others] = before.shards;
    assert.ok(first);
    const after = change(
      before,
      { 7006: { role: 'replica', state: 'ok', stateText: 'ok', masterId: nodeId(7000) } },
      { shards: [{ ...first, replicaIds: [...first.replicaIds, nodeId(7006)] }, ...others] },
    );
    assert.equal(text(after), '127.0.0.1:7006 is now replica of shard 1');
  });

  it('says that a node is new and that one is gone', () => {
    const added = { ...before, nodes: [...before.nodes, makeNode(7010, { role: 'spare', state: 'spare' })] };
    assert.equal(text(added), '127.0.0.1:7010 is new, spare');
    assert.equal(text(before, added), '127.0.0.1:7010 is gone');
  });

  it('cuts a flood short', () => {
    const big = makeSnapshot({ shards: 10 });
    const nodes = big.nodes.map(node => ({ ...node, state: 'unreachable' as const }));
    assert.match(text({ ...big, nodes }, big), /^(127\.0\.0\.1:70\d\d is unreachable\. ){5}and 15 more changes$/);
  });
});
