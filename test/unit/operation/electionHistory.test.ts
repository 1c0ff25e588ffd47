import assert from 'node:assert/strict';
import { ElectionHistory } from '../../../src/core/operation/electionHistory';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { changed, looksAt, modelCluster, nodeId, type ModelNode } from '../topology/modelCluster';

const [firstMaster, secondMaster, firstReplica] = [1, 2, 4].map(nodeId) as [string, string, string];

/** After a failover of the first shard. */
function failedOver(nodes: readonly ModelNode[], epoch: number): ModelNode[] {
  const { slots } = nodes.find(({ id }) => id === firstMaster)!;
  const promoted = changed(nodes, firstReplica, { role: 'master', masterId: '-', slots, epoch });
  return changed(promoted, firstMaster, { role: 'slave', masterId: firstReplica, slots: '', epoch });
}

describe('the history of elections', () => {
  const nodes = modelCluster(3, 1);
  let history: ElectionHistory;
  const note = (model: readonly ModelNode[], now: number): void => history.note(mergeLooks(looksAt(model)), now);

  beforeEach(() => (history = new ElectionHistory()));

  it('vouches for nothing before the first look', () => {
    assert.equal(history.quietMilliseconds(firstMaster, 5000), 0);
  });

  it('vouches for the time since the first look while no epoch is new', () => {
    note(nodes, 1000);
    note(nodes, 3000);
    assert.equal(history.quietMilliseconds(firstReplica, 4000), 3000);
  });

  it('sees who was elected, and that the others were not', () => {
    note(nodes, 1000);
    note(failedOver(nodes, 4), 3000);
    assert.equal(history.quietMilliseconds(firstReplica, 4000), 1000);
    assert.equal(history.quietMilliseconds(firstMaster, 4000), 3000);
    assert.equal(history.quietMilliseconds(secondMaster, 4000), 3000);
  });

  it('vouches for nobody when an election went unseen between two looks', () => {
    note(nodes, 1000);
    note(failedOver(nodes, 5), 3000);
    assert.equal(history.quietMilliseconds(firstMaster, 4000), 1000);
    assert.equal(history.quietMilliseconds(firstReplica, 4000), 1000);
  });

  it('remembers what this client asked for', () => {
    assert.equal(history.attemptedMillisecondsAgo(firstReplica, 10), undefined);
    history.noteAttempt(firstReplica, 10);
    assert.equal(history.attemptedMillisecondsAgo(firstReplica, 25), 15);
  });
});
