import assert from 'node:assert/strict';
import { keySlot } from '../../../src/core/topology/keySlot';

describe('keySlot', () => {
  // As CLUSTER KEYSLOT of Redis 7.0.15 answers.
  const slots: [string, number][] = [
    ['', 0],
    ['123456789', 12739],
    ['foo', 12182],
    ['{foo}bar', 12182],
    ['{}foo', 9500],
    ['a{foo}{bar}', 12182],
    ['{{foo}}', 13308],
    ['{foo', 13308],
  ];
  for (const [key, slot] of slots)
    it(`${JSON.stringify(key)} is in ${slot}`, () => assert.equal(keySlot(Buffer.from(key)), slot));

  it('takes any bytes', () => assert.equal(keySlot(Buffer.from([0, 255, 123, 128, 125])), keySlot(Buffer.from([128]))));
});
