import assert from 'node:assert/strict';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { refreshFigures, type FreshFigures } from '../../../src/core/topology/refreshFigures';
import type { ServerInfo, Topology } from '../../../src/core/topology/types';
import { looksAt, modelCluster, nodeId, nodeOf, serverInfo } from './modelCluster';

const [master, other, replica] = [1, 2, 4].map(nodeId) as [string, string, string];
const behind = { [replica]: { info: { replicationOffset: 960 } } };
const before = mergeLooks(looksAt(modelCluster(3, 1), { viewpoints: behind }));

function refreshed(figures: Record<string, Partial<ServerInfo>>): Topology {
  const entries = Object.entries(figures).map(([id, info]): [string, FreshFigures] => [
    id,
    { serverInfo: serverInfo(info), roundTripMilliseconds: 7 },
  ]);
  return refreshFigures(before, new Map(entries), 9000);
}

describe('Fresh figures', () => {
  it('are put in for the nodes that told them; all else stays as it was', () => {
    const after = refreshed({ [other]: { keys: 5 } });
    const { info, roundTripMilliseconds, lagBytes } = nodeOf(after, other);
    assert.deepEqual([info?.keys, roundTripMilliseconds, lagBytes], [5, 7, undefined]);
    for (const node of before.nodes) if (node.id !== other) assert.equal(nodeOf(after, node.id), node);
    assert.equal(after.observedAtMilliseconds, 9000);
    assert.deepEqual(
      [after.stateId, after.shards, after.nodes.length],
      [before.stateId, before.shards, before.nodes.length],
    );
  });

  it('tell how far a replica is behind only where its master told them, too', () => {
    const lag = (figures: Record<string, Partial<ServerInfo>>) => nodeOf(refreshed(figures), replica).lagBytes;
    const [ahead, late] = [{ replicationOffset: 1500 }, { replicationOffset: 1200 }];
    assert.equal(lag({ [master]: ahead, [replica]: late }), 300);
    assert.equal(lag({ [master]: late, [replica]: ahead }), 0, 'it was asked a moment later');
    assert.equal(lag({ [replica]: late }), 40, 'as it was');
    assert.equal(lag({ [master]: ahead }), 40);
    assert.equal(lag({ [other]: ahead, [replica]: late }), 40, 'that is not its master');
  });
});
