import assert from 'node:assert/strict';
import { SnapshotSender } from '../../../src/extension/topology/snapshotSender';
import type { ToPage } from '../../../src/shared/pageProtocol';
import { change, makeSnapshot } from '../../support/pageSnapshots';

describe('SnapshotSender', () => {
  let posted: ToPage[];
  let reaches: boolean;
  let sender: SnapshotSender;

  beforeEach(() => {
    posted = [];
    reaches = true;
    sender = new SnapshotSender(message => {
      posted.push(message);
      return Promise.resolve(reaches);
    });
  });

  it('sends the first whole, and then what changed since the one before', () => {
    const first = makeSnapshot();
    const second = change(first, { 7001: { state: 'suspect' } });
    const third = change(second, {}, { statusText: 'all is well' });
    for (const snapshot of [first, second, third]) sender.send(snapshot);
    assert.deepEqual(posted, [
      { type: 'snapshot', snapshot: first },
      {
        type: 'changes',
        changes: { since: 1, fields: { version: 2 }, lists: { nodes: { items: [second.nodes[1]] } }, gone: [] },
      },
      {
        type: 'changes',
        changes: { since: 2, fields: { version: 3, statusText: 'all is well' }, lists: {}, gone: [] },
      },
    ]);
  });

  it('names all in their order where some came, went or moved', () => {
    const first = makeSnapshot();
    const [one, two, ...rest] = first.nodes;
    sender.send(first);
    sender.send({ ...first, version: 2, nodes: [two!, one!, ...rest.slice(1)] });
    const order = [two!, one!, ...rest.slice(1)].map(({ id }) => id);
    assert.deepEqual(posted[1], {
      type: 'changes',
      changes: { since: 1, fields: { version: 2 }, lists: { nodes: { items: [], order } }, gone: [] },
    });
  });

  it('sends all again to a page that may know nothing any more', () => {
    sender.send(makeSnapshot());
    sender.forget();
    sender.send(change(makeSnapshot(), {}));
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['snapshot', 'snapshot'],
    );
  });

  it('sends all again after a message that did not reach the page', async () => {
    reaches = false;
    sender.send(makeSnapshot());
    await Promise.resolve();
    sender.send(change(makeSnapshot(), {}));
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['snapshot', 'snapshot'],
    );
  });

  it('sends all where an id stands twice, so that nobody can tell which of the two changed', () => {
    const first = makeSnapshot();
    sender.send(first);
    sender.send({ ...first, version: 2, nodes: [...first.nodes, first.nodes[0]!] });
    assert.equal(posted[1]?.type, 'snapshot');
  });
});
