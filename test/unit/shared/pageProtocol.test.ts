import assert from 'node:assert/strict';
import { parseFromPage } from '../../../src/shared/pageProtocol';

describe('parseFromPage', () => {
  it('passes what the page may say', () => {
    assert.deepEqual(parseFromPage({ type: 'ready', more: 1 }), { type: 'ready' });
    assert.deepEqual(parseFromPage({ type: 'select', nodeId: 'a' }), { type: 'select', nodeId: 'a' });
    assert.deepEqual(parseFromPage({ type: 'reveal', nodeId: 'a' }), { type: 'reveal', nodeId: 'a' });
    assert.deepEqual(parseFromPage({ type: 'problem', message: 'm' }), { type: 'problem', message: 'm' });
  });

  it('clips what the page complains about', () => {
    const message = parseFromPage({ type: 'problem', message: 'm'.repeat(5000) });
    assert.equal(message?.type === 'problem' && message.message.length, 1000);
  });

  for (const bad of [
    undefined,
    null,
    1,
    'ready',
    [],
    {},
    { type: 'run', command: 'kill' },
    { type: 'select' },
    { type: 'select', nodeId: 7 },
    { type: 'select', nodeId: 'x'.repeat(101) },
    { type: 'problem' },
    { type: '__proto__' },
  ])
    it(`refuses ${JSON.stringify(bad)?.slice(0, 50)}`, () => {
      assert.equal(parseFromPage(bad), undefined);
    });
});
