import assert from 'node:assert/strict';
import { parseFromPage } from '../../../src/shared/pageProtocol';

describe('parseFromPage', () => {
  it('passes what the page may say', () => {
    assert.deepEqual(parseFromPage({ type: 'ready', more: 1 }), { type: 'ready' });
    assert.deepEqual(parseFromPage({ type: 'select', nodeId: 'a' }), { type: 'select', nodeId: 'a' });
    assert.deepEqual(parseFromPage({ type: 'reveal', nodeId: 'a' }), { type: 'reveal', nodeId: 'a' });
    assert.deepEqual(parseFromPage({ type: 'problem', message: 'm' }), { type: 'problem', message: 'm' });
    const id = 'a'.repeat(40);
    for (const message of [
      { type: 'whatIf', subject: { kind: 'node', nodeId: id } },
      { type: 'whatIf', subject: { kind: 'zone', label: 'eu <1>' } },
      { type: 'run', request: { command: 'balanceRoles' } },
      { type: 'run', request: { command: 'addNode', as: 'master' } },
      { type: 'run', request: { command: 'addNode', as: 'replica', master: id } },
      { type: 'run', request: { command: 'addNode', node: id, as: 'replica', master: id } },
      { type: 'run', request: { command: 'moveReplica', node: id, master: id } },
      { type: 'run', request: { command: 'replaceNode', node: id, spare: id } },
      { type: 'run', request: { command: 'startNode', nodeId: id } },
      { type: 'copy', text: 'a,b' },
    ])
      assert.deepEqual(parseFromPage({ ...message, more: 1 }), message);
  });

  it('accepts questions for the past and what is decided about a plan, and nothing like them', () => {
    for (const message of [
      { type: 'past', request: 1, atMilliseconds: 5 },
      { type: 'past', request: 2, atMilliseconds: 5, step: 'before' },
      { type: 'endPreview', id: 1, run: true },
    ])
      assert.deepEqual(parseFromPage({ ...message, more: 1 }), message);
    for (const message of [
      { type: 'past', request: 1 },
      { type: 'past', request: '1', atMilliseconds: 5 },
      { type: 'past', request: 1, atMilliseconds: Number.NaN },
      { type: 'past', request: 1, atMilliseconds: 5, step: 'bar' },
      { type: 'endPreview', id: 1 },
      { type: 'endPreview', id: -1, run: true },
    ])
      assert.equal(parseFromPage(message), undefined);
  });

  it('passes requests for figures of slots, and for a plan to move some', () => {
    for (const message of [
      { type: 'measureSlots', by: 'cpu' },
      { type: 'stopMeasuring' },
      { type: 'run', request: { command: 'reshard', slots: '0-100,5461' } },
      { type: 'run', request: { command: 'reshard', slots: '7', to: 'a1'.repeat(20) } },
    ])
      assert.deepEqual(parseFromPage(message), message);
    const more = { type: 'run', request: { command: 'reshard', slots: '7', from: 'x' }, more: 1 };
    assert.deepEqual(parseFromPage(more), { type: 'run', request: { command: 'reshard', slots: '7' } });
  });

  it('takes as many slots as there are', () => {
    const slots = Array.from({ length: 8192 }, (_, index) => 2 * index).join(',');
    assert.ok(parseFromPage({ type: 'run', request: { command: 'reshard', slots } }));
  });

  it('clips what the page complains about', () => {
    const message = parseFromPage({ type: 'problem', message: 'm'.repeat(5000) });
    assert.equal(message?.type === 'problem' && message.message.length, 1000);
  });

  it('passes on nothing else that is said beside, as a consent or another cluster', () => {
    const beside = { confirmed: true, clusterId: 'another', force: true };
    for (const request of [
      { command: 'balanceRoles' },
      { command: 'reshard', slots: '7', to: 'a'.repeat(40) },
      { command: 'addNode', as: 'replica', master: 'a'.repeat(40) },
      { command: 'moveReplica', node: 'a'.repeat(40), master: 'b'.repeat(40) },
      { command: 'replaceNode', node: 'a'.repeat(40), spare: 'b'.repeat(40) },
      { command: 'startNode', nodeId: 'a'.repeat(40) },
    ])
      assert.deepEqual(parseFromPage({ type: 'run', request: { ...request, ...beside } }), { type: 'run', request });
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
    { type: 'whatIf', subject: { kind: 'host' } },
    { type: 'whatIf', subject: { kind: 'planet', label: 'x' } },
    { type: 'whatIf', subject: { kind: 'host', label: 'x'.repeat(1001) } },
    { type: 'run', request: { command: 'killNode', nodeId: 'a'.repeat(40) } },
    { type: 'run', request: { command: 'startNode', nodeId: '127.0.0.1:7000' } },
    { type: 'run', request: { command: 'addNode', as: 'spare' } },
    { type: 'run', request: { command: 'addNode', as: 'replica', node: 'a'.repeat(40) } },
    { type: 'run', request: { command: 'moveReplica', node: 'a'.repeat(40), master: '127.0.0.1:7000' } },
    { type: 'run', request: { command: 'replaceNode', node: 'a'.repeat(40) } },
    { type: 'run', request: { command: 'addNode', as: 'replica', master: 7 } },
    { type: 'run', request: { command: 'toString' } },
    { type: 'copy' },
    { type: 'copy', text: 'x'.repeat(1_000_001) },
    { type: '__proto__' },
    { type: 'measureSlots' },
    { type: 'measureSlots', by: 'load' },
    { type: 'measureSlots', by: ['keys'] },
    { type: 'run' },
    { type: 'run', request: { command: 'reshard' } },
    { type: 'run', request: { command: 'reshard', slots: '' } },
    { type: 'run', request: { command: 'reshard', slots: 100 } },
    { type: 'run', request: { command: 'reshard', slots: '0-16384' } },
    { type: 'run', request: { command: 'reshard', slots: '7; FLUSHALL' } },
    { type: 'run', request: { command: 'reshard', slots: '7', to: 'A1'.repeat(20) } },
    { type: 'run', request: { command: 'reshard', slots: '7', to: null } },
    { type: 'run', request: { command: 'reshard', slots: ' '.repeat(60_000) + '7' } },
    { type: 'run', request: { command: 'workbench.action.quit', slots: '7' } },
  ])
    it(`refuses ${JSON.stringify(bad)?.slice(0, 50)}`, () => {
      assert.equal(parseFromPage(bad), undefined);
    });
});
