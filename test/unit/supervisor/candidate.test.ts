import assert from 'node:assert/strict';
import { whatIsMissing } from '../../../src/core/supervisor/candidate';
import { sightOf } from '../../../src/core/supervisor/sight';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { looksAt, modelCluster, nodeId } from '../topology/modelCluster';

describe('what a node that is back lacks to get its role back', () => {
  function missing(keys: number, keysOfMaster: number): string | undefined {
    const [master, replica] = [nodeId(1), nodeId(4)];
    const viewpoints = {
      [master]: { info: { keys: keysOfMaster } },
      [replica]: { info: { keys } },
    };
    const sight = sightOf(mergeLooks(looksAt(modelCluster(3, 1), { viewpoints })), new Set());
    return whatIsMissing(sight.nodes.get(replica)!, sight.nodes.get(master), sight);
  }

  it('is the keys, when it came back empty and its master has some, whatever the offsets say', () => {
    assert.equal(missing(0, 5), '10.0.0.3:7004 holds the keys of 10.0.0.0:7001');
    assert.equal(missing(3, 5), undefined);
    assert.equal(missing(0, 0), undefined);
  });
});
