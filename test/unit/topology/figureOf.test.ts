import assert from 'node:assert/strict';
import { figureOf } from '../../../src/core/topology/figureOf';

describe('A figure in a reply', () => {
  it('is a number, or its digits', () => {
    assert.deepEqual([7, '7', '-1', '0.5', 0].map(figureOf), [7, 7, -1, 0.5, 0]);
  });

  it('is nothing else', () => {
    for (const value of [
      '',
      ' ',
      'x',
      '7x',
      'Infinity',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      null,
      undefined,
      true,
      [7],
    ])
      assert.equal(figureOf(value), undefined, String(value));
  });
});
