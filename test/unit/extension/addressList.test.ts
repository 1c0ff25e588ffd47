import assert from 'node:assert/strict';
import { parseAddressList, parseHostLabels, parseWeights } from '../../../src/extension/commands/addressList';

describe('parseAddressList', () => {
  it('reads addresses between commas, blanks and line ends', () => {
    assert.deepEqual(parseAddressList(' a:1, b:2\nc:3;[::1]:7000 '), ['a:1', 'b:2', 'c:3', '[::1]:7000']);
  });

  it('gives an empty list for an empty text', () => {
    assert.deepEqual(parseAddressList(' \n'), []);
  });

  it('names the address that is listed twice', () => {
    assert.throws(() => parseAddressList('a:1, b:2, a:1'), /a:1 is listed twice/);
  });

  for (const bad of ['a', 'a:', 'a:0', 'a:65536', ':7000', 'a:b', '::1:7000', 'redis://a:1'])
    it(`refuses ${bad} and quotes it`, () => {
      assert.throws(
        () => parseAddressList(`ok:1 ${bad}`),
        (error: Error) => error.message.includes(`"${bad}"`),
      );
    });
});

describe('parseHostLabels', () => {
  it('reads address=label pairs', () => {
    assert.deepEqual(parseHostLabels('a:1=rack-1, b:2=rack-2', ['a:1', 'b:2']), { 'a:1': 'rack-1', 'b:2': 'rack-2' });
  });

  it('refuses an address that is not among the nodes', () => {
    assert.throws(() => parseHostLabels('c:3=rack-1', ['a:1']), /c:3 is not one of the nodes/);
  });

  for (const bad of ['a:1', 'a:1=', 'a:1=x=y'])
    it(`refuses ${bad}`, () => {
      assert.throws(() => parseHostLabels(bad, ['a:1']), /is not address=label/);
    });
});

describe('parseWeights', () => {
  const masters = ['a:1', '[::1]:7000', 'c:3'];

  it('reads address=weight pairs, not of every master', () => {
    assert.deepEqual(parseWeights('a:1=2, [::1]:7000=0.5', masters), { 'a:1': 2, '[::1]:7000': 0.5 });
    assert.deepEqual(parseWeights('', masters), {});
  });

  for (const [bad, reason] of [
    ['a:1', /is not address=weight/],
    ['a:1=', /is not address=weight/],
    ['a:1=1=2', /is not address=weight/],
    ['b:2=1', /b:2 is not one of the masters/],
    ['a:1=1 a:1=2', /a:1 is listed twice/],
    ['a:1=-1', /"-1" is no weight/],
    ['a:1=much', /"much" is no weight/],
    ['a:1=1e3', /"1e3" is no weight/],
    ['a:1=0 [::1]:7000=0 c:3=0', /Somebody has to take the slots/],
  ] as const)
    it(`refuses ${bad}`, () => {
      assert.throws(() => parseWeights(bad, masters), reason);
    });
});
