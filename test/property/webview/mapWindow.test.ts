import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  lastOf,
  layoutMap,
  placeOf,
  reveal,
  slotAt,
  wholeMap,
  windowAround,
  zoom,
  type MapWindow,
} from '../../../src/webview/slots/mapWindow';
import { rangeBetween } from '../../../src/webview/slots/slotSelection';

const slot = fc.nat(16383);
const range = fc.tuple(slot, slot).map(([one, other]) => rangeBetween(one, other));
const window = fc.oneof(fc.constant(wholeMap), range.map(windowAround));

function assertSound({ first, columns }: MapWindow): void {
  assert.ok([16, 32, 64, 128].includes(columns));
  assert.equal(first % columns, 0, 'it begins with a row');
  assert.ok(first >= 0 && first + columns * columns <= 16384);
}

describe('the map of the slots, for any window and size', () => {
  it('gives every slot in it a place of its own, and finds it there again', () => {
    fc.assert(
      fc.property(window, fc.integer({ min: 128, max: 3000 }), fc.nat(60), (shown, width, left) => {
        const layout = layoutMap(shown, width + left, left, 20);
        assert.ok(Number.isInteger(layout.cell) && layout.left + layout.size <= width + left);
        const places = new Set<string>();
        for (let each = shown.first; each <= lastOf(shown); each++) {
          const { x, y } = placeOf(layout, each)!;
          places.add(`${x} ${y}`);
          assert.equal(slotAt(layout, x, y), each);
          assert.equal(slotAt(layout, x + layout.cell - 1, y + layout.cell - 1), each);
        }
        assert.equal(places.size, shown.columns ** 2);
        assert.equal(placeOf(layout, shown.first - 1), undefined);
        assert.equal(placeOf(layout, lastOf(shown) + 1), undefined);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps its size in every window', () => {
    fc.assert(
      fc.property(window, fc.integer({ min: 128, max: 3000 }), (shown, width) => {
        assert.equal(layoutMap(shown, width, 0, 20).size, layoutMap(wholeMap, width, 0, 20).size);
      }),
    );
  });

  it('finds the nearest slot beside it, and none when only those on it count', () => {
    fc.assert(
      fc.property(window, fc.integer({ min: -500, max: 2000 }), fc.integer({ min: -500, max: 2000 }), (shown, x, y) => {
        const layout = layoutMap(shown, 640, 40, 5);
        const nearest = slotAt(layout, x, y, true)!;
        assert.ok(nearest >= shown.first && nearest <= lastOf(shown));
        const isOn = x >= 40 && x < 40 + layout.size && y >= 0 && y < layout.size;
        assert.equal(slotAt(layout, x, y), isOn ? nearest : undefined);
      }),
    );
  });

  it('shows all of a range that is brushed, in the smallest window that can', () => {
    fc.assert(
      fc.property(range, brushed => {
        const shown = windowAround(brushed);
        assertSound(shown);
        assert.ok(shown.first <= brushed.start && lastOf(shown) >= brushed.end);
        assert.ok(shown.columns === 16 || brushed.end - brushed.start + 1 + shown.columns > (shown.columns / 2) ** 2);
      }),
    );
  });

  it('keeps a slot in sight while it zooms and moves', () => {
    fc.assert(
      fc.property(window, slot, fc.boolean(), (shown, about, nearer) => {
        for (const next of [reveal(shown, about), reveal(zoom(shown, about, nearer), about)]) {
          assertSound(next);
          assert.ok(about >= next.first && about <= lastOf(next));
        }
        if (about >= shown.first && about <= lastOf(shown)) assert.equal(reveal(shown, about), shown);
      }),
    );
  });
});
