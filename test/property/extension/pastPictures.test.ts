import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PastPictures } from '../../../src/extension/topology/past/pastPictures';
import type { Picture, PictureNode } from '../../../src/extension/topology/picture';

const START = 1_800_000_000_000;

/** What may come of a few nodes: they come, go, change places, roles, slots and states. */
const arbitraryNode: fc.Arbitrary<PictureNode> = fc
  .record({
    at: fc.nat(5),
    role: fc.constantFrom('master' as const, 'replica' as const, 'spare' as const),
    state: fc.constantFrom('ok' as const, 'failed' as const, 'suspect' as const),
    slotCount: fc.nat(3),
    master: fc.option(fc.nat(5)),
    local: fc.boolean(),
  })
  .map(({ at, role, state, slotCount, master, local }) => ({
    id: String(at).repeat(40),
    name: `10.0.0.${at}:7000`,
    address: `10.0.0.${at}:7000`,
    hostLabel: `host-${at % 2}`,
    role,
    ...(master !== null && { masterId: String(master).repeat(40) }),
    state,
    stateText: state,
    slots: slotCount === 0 ? '' : `0-${slotCount - 1}`,
    slotCount,
    local,
  }));

const arbitraryPicture: fc.Arbitrary<Picture> = fc.record<Picture>({
  status: fc.constantFrom('ok' as const, 'failing' as const),
  statusText: fc.constantFrom('3 shards', '1 node down'),
  nodes: fc.uniqueArray(arbitraryNode, { maxLength: 6, selector: ({ id }) => id }),
  shards: fc.uniqueArray(
    fc.nat(2).map(index => ({ id: `slot-${index}`, name: `Shard ${index}`, slots: '', replicaIds: [String(index)] })),
    { maxLength: 2, selector: ({ id }) => id },
  ),
  openSlots: fc.constant([]),
  disputedSlots: fc.constant([]),
  problems: fc.uniqueArray(
    fc.record({
      severity: fc.constantFrom('error' as const, 'warning' as const),
      text: fc.constantFrom('One.', 'Two.'),
      remedy: fc.constant('Wait.'),
      nodeIds: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    }),
    { maxLength: 3, selector: ({ text }) => text },
  ),
});

const arbitraryLooks = fc.array(fc.tuple(arbitraryPicture, fc.integer({ min: 1, max: 5000 })), {
  minLength: 1,
  maxLength: 40,
});

describe('pastPictures', () => {
  it('gives back every look as it was put in, at its own time and until the next one', () => {
    fc.assert(
      fc.property(arbitraryLooks, looks => {
        const past = new PastPictures();
        let now = START;
        const kept = looks.map(([picture, pause]) => {
          const at = now;
          past.add(picture, at);
          now += pause;
          return { picture: structuredClone(picture), at, until: now - 1 };
        });
        for (const { picture, at, until } of kept) {
          assert.deepEqual(past.at(at)?.picture, picture);
          assert.deepEqual(past.at(until)?.picture, picture);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('stays within its bounds of time and memory, whatever comes, and always has the last look', () => {
    fc.assert(
      fc.property(
        arbitraryLooks,
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (looks, keptBytes, keptMilliseconds) => {
          const past = new PastPictures({ keptBytes, keptMilliseconds });
          let now = START;
          for (const [picture, pause] of looks) {
            now += pause;
            past.add(picture, now);
            assert.ok(past.count === 1 || past.bytes <= keptBytes, `${past.bytes} of ${keptBytes}`);
            assert.ok(past.bytes > 0);
            assert.deepEqual(past.at(now)?.picture, structuredClone(picture));
            // One more than asked for: what held when the hour began.
            const second = past.after(past.sinceMilliseconds!);
            assert.ok(!second || now - second.atMilliseconds < keptMilliseconds);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('counts the memory of what is left, not of what was', () => {
    fc.assert(
      fc.property(arbitraryLooks, arbitraryPicture, (looks, last) => {
        const past = new PastPictures({ keptMilliseconds: 0 });
        const alone = new PastPictures();
        let now = START;
        for (const [picture] of [...looks, [last] as const]) past.add(picture, ++now);
        alone.add(last, now);
        assert.deepEqual([past.count, past.bytes], [1, alone.bytes]);
      }),
    );
  });
});
