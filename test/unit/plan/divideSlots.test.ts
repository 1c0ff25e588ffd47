import assert from 'node:assert/strict';
import { divideSlots } from '../../../src/core/plan/divideSlots';

describe('divideSlots', () => {
  it('gives 3 masters the ranges redis-cli gives them', () => {
    assert.deepEqual(texts(3), ['0-5460', '5461-10922', '10923-16383']);
  });

  it('gives 7 masters the ranges redis-cli gives them', () => {
    assert.deepEqual(texts(7).slice(0, 3), ['0-2340', '2341-4680', '4681-7021']);
  });

  // Printed by redis-cli 7.0.15 for so many masters; 64-bit reckoning gives other borders.
  it('follows the 32-bit floats of redis-cli in large clusters', () => {
    assert.ok(texts(78).includes('14073-14283'));
    assert.ok(texts(87).includes('13559-13747'));
    assert.ok(texts(1000).includes('4997-5012'));
  });

  it('gives one master everything', () => {
    assert.deepEqual(texts(1), ['0-16383']);
  });

  it('covers every slot exactly once, nearly evenly, for any number of masters up to 1000', () => {
    for (let masters = 1; masters <= 1000; masters++) {
      const ranges = divideSlots(masters);
      assert.equal(ranges.length, masters);
      assert.equal(ranges[0]!.start, 0);
      assert.equal(ranges.at(-1)!.end, 16383);
      ranges.forEach(({ start, end }, index) => {
        if (index > 0) assert.equal(start, ranges[index - 1]!.end + 1);
        assert.ok(Math.abs(end - start + 1 - 16384 / masters) < 2, `${masters} masters: ${start}-${end}`);
      });
    }
  });
});

function texts(masters: number): string[] {
  return divideSlots(masters).map(({ start, end }) => `${start}-${end}`);
}
