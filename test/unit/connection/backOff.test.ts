import assert from 'node:assert/strict';
import { BackOff } from '../../../src/core/connection/backOff';

const address = '10.0.0.1:7000';

function waitAfter(failures: number, random: number): number {
  const backOff = new BackOff(() => random);
  for (let failure = 0; failure < failures; failure++) backOff.failed(address, 0);
  let milliseconds = 0;
  while (backOff.isWaiting(address, milliseconds)) milliseconds++;
  return milliseconds;
}

describe('The back-off of a dead node', () => {
  it('is not there before the first failure', () => assert.equal(waitAfter(0, 0), 0));

  it('doubles from 250 ms up to 5 s and stays there', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 1000].map(failures => waitAfter(failures, 0));
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
  });

  it('is shortened by at most half at random, so that dead nodes are not all dialled together', () => {
    assert.equal(waitAfter(1, 1), 125);
    assert.equal(waitAfter(10, 1), 2500);
    assert.equal(waitAfter(10, 0.5), 3750);
  });

  it('ends when the node answers', () => {
    const backOff = new BackOff(() => 0);
    backOff.failed(address, 0);
    backOff.failed(address, 0);
    backOff.forget(address);
    assert.equal(backOff.isWaiting(address, 0), false);
    backOff.failed(address, 0);
    assert.equal(backOff.isWaiting(address, 250), false);
  });
});
