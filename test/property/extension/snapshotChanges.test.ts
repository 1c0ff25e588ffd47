import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SnapshotSender } from '../../../src/extension/topology/snapshotSender';
import type { PageEvent, PageNode, PageShard, Snapshot, ToPage } from '../../../src/shared/pageProtocol';
import { applyChanges, snapshotChanges } from '../../../src/shared/snapshotChanges';
import { makeEvent, makeNode, makeSnapshot } from '../../support/pageSnapshots';

/** As JSON makes objects. */
const plainly = { noNullPrototype: true } as const;

const arbitraryNode: fc.Arbitrary<PageNode> = fc
  .record({
    port: fc.integer({ min: 7000, max: 7007 }),
    role: fc.constantFrom('master' as const, 'replica' as const),
    state: fc.constantFrom('ok' as const, 'failed' as const),
    master: fc.option(fc.constantFrom('a', 'b')),
    trend: fc.option(fc.array(fc.option(fc.nat(2)), { maxLength: 3 })),
    history: fc.array(fc.record({ atMilliseconds: fc.nat(2), state: fc.constantFrom('ok' as const) }, plainly), {
      maxLength: 2,
    }),
  })
  .map(({ port, master, trend, ...rest }) => {
    const { trend: usual, ...node } = makeNode(port, rest);
    void usual;
    return { ...node, ...(master !== null && { masterId: master }), ...(trend !== null && { trend }) };
  });

const arbitraryShard: fc.Arbitrary<PageShard> = fc.record(
  {
    id: fc.constantFrom('slot-0', 'slot-1', 'slot-2'),
    name: fc.constantFrom('Shard 1', 'Shard 2'),
    slots: fc.constantFrom('', '0-5'),
    replicaIds: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
  },
  plainly,
);

const arbitraryEvent: fc.Arbitrary<PageEvent> = fc
  .tuple(fc.nat(3), fc.nat(1))
  .map(([id, words]) => ({ ...makeEvent('failed', 1, `It failed ${words}.`), id: String(id) }));

const unique = <Item extends { id: string }>(item: fc.Arbitrary<Item>): fc.Arbitrary<Item[]> =>
  fc.uniqueArray(item, { maxLength: 6, selector: ({ id }) => id });

/** What a poll may show: everything in it comes, goes, changes and moves to another place. */
const arbitrarySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    nodes: unique(arbitraryNode),
    shards: unique(arbitraryShard),
    events: unique(arbitraryEvent),
    status: fc.constantFrom('ok' as const, 'failing' as const),
    marks: fc.array(fc.constantFrom('read-only', 'no TLS'), { maxLength: 2 }),
    readOnly: fc.option(fc.constant(true as const)),
    operation: fc.option(fc.record({ title: fc.constant('Move'), message: fc.string(), fraction: fc.nat(1) }, plainly)),
  })
  .map(({ readOnly, operation, ...rest }) => ({
    ...makeSnapshot(),
    ...rest,
    ...(readOnly && { readOnly }),
    ...(operation && { operation }),
  }));

/** As the editor hands messages on. */
const handOver = <Message>(message: Message): Message => JSON.parse(JSON.stringify(message)) as Message;

describe('snapshotChanges', () => {
  it('leads from any snapshot to any other', () => {
    fc.assert(
      fc.property(arbitrarySnapshot, arbitrarySnapshot, (before, after) => {
        const changes = snapshotChanges(before, { ...after, version: 2 });
        assert.deepEqual(applyChanges(before, handOver(changes!)), { ...after, version: 2 });
      }),
    );
  });

  it('tells of a list only what differs in it, and leaves the rest what it was', () => {
    fc.assert(
      fc.property(arbitrarySnapshot, arbitraryNode, (before, node) => {
        const nodes = before.nodes.map(each => (each.id === node.id ? node : structuredClone(each)));
        const changes = snapshotChanges(before, { ...before, version: 2, nodes })!;
        assert.ok((changes.lists.nodes?.items ?? []).every(({ id }) => id === node.id));
        assert.deepEqual(Object.keys(changes.fields), ['version']);
        const after = applyChanges(before, handOver(changes))!;
        after.nodes.forEach((each, index) => assert.ok(each.id === node.id || each === before.nodes[index]));
        assert.equal(after.shards, before.shards);
      }),
    );
  });

  it('brings a page to what was sent last, whatever is lost, comes twice or in another order, and never to anything else', () => {
    const fate = fc.constantFrom('comes', 'twice', 'late', 'lost', 'lost and told');
    fc.assert(
      fc.property(fc.array(fc.tuple(arbitrarySnapshot, fate), { minLength: 1, maxLength: 12 }), polls => {
        let fateNow = '';
        const late: ToPage[] = [];
        const sender = new SnapshotSender(message => {
          const given = handOver(message);
          if (fateNow === 'late') late.push(given);
          else if (!fateNow.startsWith('lost')) {
            page.receive(given);
            if (fateNow === 'twice') page.receive(given);
          }
          return { then: act => act!(fateNow !== 'lost and told') as never };
        });
        const page = makePage(() => sender.forget());
        const sent = polls.map(([snapshot], index) => ({ ...snapshot, version: index + 1 }));
        for (const [index, snapshot] of sent.entries()) {
          fateNow = polls[index]![1];
          sender.send(snapshot);
          for (const message of fateNow === 'late' ? [] : late.splice(0)) page.receive(message);
          const shown = page.shown();
          if (shown) assert.deepEqual(shown, sent[shown.version - 1]);
        }
        // Two polls that come: what is missing is noticed by the first.
        fateNow = 'comes';
        for (const more of [1, 2]) sender.send({ ...sent.at(-1)!, version: sent.length + more });
        assert.deepEqual(page.shown(), { ...sent.at(-1), version: sent.length + 2 });
      }),
    );
  });
});

/** What the page does with these messages; test/page/updates.test.ts shows that it does. */
function makePage(resend: () => void): { receive: (message: ToPage) => void; shown: () => Snapshot | undefined } {
  let snapshot: Snapshot | undefined;
  return {
    shown: () => snapshot,
    receive(message) {
      if (message.type === 'snapshot') {
        if (message.snapshot.version > (snapshot?.version ?? 0)) snapshot = message.snapshot;
      } else if (message.type === 'changes' && message.changes.fields.version > (snapshot?.version ?? 0)) {
        const next = snapshot && applyChanges(snapshot, message.changes);
        if (next) snapshot = next;
        else resend();
      }
    },
  };
}
