import assert from 'node:assert/strict';
import { keySlot } from '../../../../src/webview/slots/keySlot';

// As CLUSTER KEYSLOT of Redis 7.0.15 answers.
const known: readonly (readonly [key: string, slot: number])[] = [
  ['123456789', 12739],
  ['foo', 12182],
  ['bar', 5061],
  ['{user1000}.following', 3443],
  ['user1000', 3443],
  ['foo{}{bar}', 8363],
  ['foo{{bar}}zap', 4015],
  ['{bar', 4015],
  ['foo{bar}{zap}', 5061],
  ['schlüssel', 7677],
];

describe('the slot of a key', () => {
  for (const [key, slot] of known)
    it(`is ${slot} for ${key}`, () => {
      assert.equal(keySlot(key), slot);
    });

  it('counts a tag only between the first { and the next }', () => {
    assert.equal(keySlot('{user}x'), keySlot('user'));
    assert.notEqual(keySlot('{}user'), keySlot('user'));
    assert.notEqual(keySlot('}{user'), keySlot('user'));
    assert.equal(keySlot('a}{user}'), keySlot('user'));
  });
});
