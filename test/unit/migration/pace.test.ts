import assert from 'node:assert/strict';
import { nextDose, Pace } from '../../../src/core/migration/pace';

const limits = { boundMilliseconds: 20, least: 4, most: 2000 };

describe('The pace of a move', () => {
  it('shrinks a burst that took too long to what would have fitted', () => {
    assert.equal(nextDose(100, { amount: 100, milliseconds: 24 }, limits), 50);
    assert.equal(nextDose(100, { amount: 100, milliseconds: 12_000 }, limits), 4);
  });

  it('halves at once when clients felt more than they may', () => {
    assert.equal(nextDose(100, { amount: 100, milliseconds: 6, p99Milliseconds: 21 }, limits), 50);
    assert.equal(nextDose(5, { amount: 5, milliseconds: 1, p99Milliseconds: 500 }, limits), 4);
  });

  it('grows a little when neither is near, and never beyond what would still fit', () => {
    assert.equal(nextDose(100, { amount: 100, milliseconds: 2, p99Milliseconds: 3 }, limits), 115);
    assert.equal(nextDose(100, { amount: 100, milliseconds: 11.5 }, limits), 104);
    assert.equal(nextDose(2000, { amount: 2000, milliseconds: 2 }, limits), 2000);
  });

  it('stays as it is near the bound, and after a burst that was not full', () => {
    assert.equal(nextDose(100, { amount: 100, milliseconds: 6, p99Milliseconds: 18 }, limits), 100);
    assert.equal(nextDose(100, { amount: 10, milliseconds: 0.5 }, limits), 100);
  });

  it('comes to rest below the bound, whatever a key costs', () => {
    for (const millisecondsPerKey of [0.01, 0.1, 1]) {
      let dose = 100;
      for (let burst = 0; burst < 100; burst++)
        dose = nextDose(dose, { amount: dose, milliseconds: dose * millisecondsPerKey }, limits);
      const lasts = dose * millisecondsPerKey;
      assert(lasts > 9 && lasts <= 12, `${dose} keys of ${millisecondsPerKey} ms`);
    }
  });

  it('counts what was felt before a slow-down only once', () => {
    let forgotten = 0;
    const pace = new Pace(20, { p99Milliseconds: () => 30, forget: () => forgotten++ });
    const before = pace.keysPerBurst;
    pace.felt('keys', before, 1);
    assert.equal(pace.keysPerBurst, before / 2);
    assert.equal(forgotten, 1);
  });

  it('without a bound goes as fast as it can, and does not look at clients', () => {
    const pace = new Pace(0, { p99Milliseconds: () => assert.fail(), forget: () => assert.fail() });
    pace.felt('keys', 2000, 500);
    assert.deepEqual([pace.keysPerBurst, pace.slotsPerBurst, pace.lanes], [2000, 256, 2]);
  });
});
