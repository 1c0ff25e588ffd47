import assert from 'node:assert/strict';
import { PastPictures } from '../../../src/extension/topology/past/pastPictures';
import { buildPicture, type Picture } from '../../../src/extension/topology/picture';
import { sampleState, threeShards, withNodes } from './sampleCluster';

const well = buildPicture(sampleState(threeShards));
const ill = buildPicture(sampleState(withNodes(threeShards, { port: 7005, masterPort: 7002, down: 'fail' })));

/** Seconds of the looks. */
function pastOf(...looks: readonly [Picture, number][]): PastPictures {
  const past = new PastPictures();
  for (const [picture, seconds] of looks) past.add(structuredClone(picture), seconds * 1000);
  return past;
}

describe('PastPictures', () => {
  it('knows nothing before the first look', () => {
    const past = new PastPictures();
    assert.deepEqual([past.sinceMilliseconds, past.at(1), past.before(1), past.after(1)], new Array(4).fill(undefined));
  });

  it('is one moment for as long as nothing changes', () => {
    const past = pastOf([well, 1], [well, 3], [well, 5], [ill, 7], [ill, 9]);
    assert.equal(past.count, 2);
    assert.deepEqual([past.at(6000)?.atMilliseconds, past.at(6000)?.seenUntilMilliseconds], [1000, 5000]);
    assert.deepEqual([past.at(8000)?.atMilliseconds, past.at(8000)?.seenUntilMilliseconds], [7000, 9000]);
  });

  it('takes memory only for what changed', () => {
    const past = pastOf([well, 1], [ill, 3]);
    const [before, after] = [past.at(1000)!.picture, past.at(3000)!.picture];
    const shared = after.nodes.filter(node => before.nodes.includes(node)).map(({ address }) => address);
    assert.deepEqual(
      shared.sort(),
      well.nodes
        .map(({ address }) => address)
        .filter(each => !each.endsWith('5'))
        .sort(),
    );
    assert.equal(after.openSlots, before.openSlots);
  });

  it('begins a new moment where nobody looked, so that nothing is said of the time between', () => {
    const past = pastOf([well, 1], [well, 100]);
    assert.equal(past.count, 2);
    assert.equal(past.at(50_000)?.seenUntilMilliseconds, 1000);
    assert.equal(past.at(100_000)?.picture, past.at(1000)?.picture);
  });

  it('steps from change to change', () => {
    const past = pastOf([well, 1], [ill, 10], [well, 20]);
    assert.equal(past.before(25_000)?.atMilliseconds, 10_000);
    assert.equal(past.before(10_000)?.atMilliseconds, 1000);
    assert.equal(past.before(1000)?.atMilliseconds, 1000);
    assert.equal(past.after(1000)?.atMilliseconds, 10_000);
    assert.equal(past.after(20_000), undefined);
  });

  it('leaves out a look from before the last one', () => {
    const past = pastOf([well, 10], [ill, 5]);
    assert.deepEqual(past.at(10_000)?.picture, well);
    assert.equal(past.count, 1);
  });
});
