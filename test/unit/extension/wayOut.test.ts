import assert from 'node:assert/strict';
import { wayOutOf, wayOutOfFailure } from '../../../src/extension/commands/wayOut';

describe('The way out of a refusal', () => {
  it('is the command that mends it, or the same once more where that passes', () => {
    assert.equal(wayOutOf('noSpare'), 'redisCluster.addSpare');
    assert.equal(wayOutOf('hasSlots'), 'redisCluster.drain');
    assert.equal(wayOutOf('openSlots'), 'redisCluster.fix');
    assert.equal(wayOutOf('noMajority'), 'redisCluster.check');
    assert.equal(wayOutOf('replicaSyncing'), 'again');
    assert.equal(wayOutOf('stalePlan'), 'again');
  });

  it('is a fix where slots stood in the way of what began, and never the same again', () => {
    for (const code of ['slotsUncovered', 'keysDiffer']) assert.equal(wayOutOfFailure(code), 'redisCluster.fix');
    assert.equal(wayOutOf('uncoveredSlots'), 'redisCluster.fix');
    assert.equal(wayOutOfFailure('stalePlan'), undefined);
  });

  it('is none where nothing can be done, or everything is done', () => {
    for (const code of ['alreadyBalanced', 'badMasterCount', 'isMaster', 'toString'])
      assert.equal(wayOutOf(code), undefined, code);
  });
});
