import assert from 'node:assert/strict';
import { CASES_OF_A_ROUND, drawCase, faults, operations } from './cases';

describe('the cases of a fault campaign', () => {
  const drawn = (seed: number, count: number) => Array.from({ length: count }, (_, number) => drawCase(seed, number));

  it('are the same for a seed, whatever was drawn before', () => {
    const { chance, ...one } = drawCase(7, 41);
    drawn(8, 5);
    const { chance: again, ...other } = drawCase(7, 41);
    assert.deepEqual(one, other);
    assert.deepEqual([chance(), chance()], [again(), again()]);
    const { chance: next, ...another } = drawCase(7, 42);
    assert.notDeepEqual(one, another);
    assert.notEqual(next(), again());
  });

  it('are every operation with every fault once in a round', () => {
    const pairs = drawn(3, CASES_OF_A_ROUND).map(({ operation, fault }) => `${operation} ${fault}`);
    assert.equal(new Set(pairs).size, operations.length * faults.length);
  });

  it('have 6 to 12 servers', () => {
    for (const { masters, replicasPerMaster, spares } of drawn(5, 2000)) {
      const servers = masters * (1 + replicasPerMaster) + spares;
      assert(servers >= 6 && servers <= 12, `${servers}`);
    }
  });
});
