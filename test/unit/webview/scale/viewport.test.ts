import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  bringIntoView,
  centreOn,
  CLOSEST,
  fitAll,
  panBy,
  toStage,
  zoomAt,
  type Viewport,
} from '../../../../src/webview/scale/viewport';

const picture = { width: 1200, height: 460 };
const stage = { width: 900, height: 600 };
const points = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 600 }) });
const moves = fc.array(
  fc.oneof(
    fc.record({ factor: fc.double({ min: 0.2, max: 5, noNaN: true }), at: points }),
    fc.record({
      by: fc.record({ x: fc.integer({ min: -2000, max: 2000 }), y: fc.integer({ min: -2000, max: 2000 }) }),
    }),
  ),
  { maxLength: 12 },
);

function follow(start: Viewport, steps: readonly object[]): Viewport {
  return steps.reduce<Viewport>((view, step) => {
    const { factor, at, by } = step as {
      factor?: number;
      at?: { x: number; y: number };
      by?: { x: number; y: number };
    };
    if (factor !== undefined && at) return zoomAt(view, factor, at.x, at.y, picture, stage);
    return by ? panBy(view, by.x, by.y, picture, stage) : view;
  }, start);
}

describe('the viewport of the grid', () => {
  it('never shows less than it could, nor more than all', () => {
    fc.assert(
      fc.property(moves, steps => {
        const all = fitAll(picture, stage);
        const view = follow(all, steps);
        assert.ok(view.scale >= all.scale - 1e-9 && view.scale <= CLOSEST);
        const seen = toStage({ x: 0, y: 0, ...picture }, view);
        for (const [start, length, room] of [
          [seen.x, seen.width, stage.width],
          [seen.y, seen.height, stage.height],
        ] as const)
          if (length > room + 1e-6) assert.ok(start <= 1e-6 && start + length >= room - 1e-6);
          else assert.ok(Math.abs(start - (room - length) / 2) < 1e-6);
      }),
    );
  });

  it('keeps what is under the mouse there while it zooms in', () => {
    const view = { scale: 4, x: -1500, y: -700 };
    const next = zoomAt(view, 1.5, 450, 300, picture, stage);
    assert.equal(next.scale, 6);
    assert.ok(Math.abs((450 - view.x) / view.scale - (450 - next.x) / next.scale) < 1e-9);
    assert.ok(Math.abs((300 - view.y) / view.scale - (300 - next.y) / next.scale) < 1e-9);
  });

  it('brings a part into view by moving no more than it takes, and not at all when it is seen', () => {
    const view = { scale: 4, x: -1000, y: -500 };
    const seen = { x: 300, y: 200, width: 16, height: 16 };
    assert.equal(bringIntoView(view, seen, picture, stage), view);
    const outside = bringIntoView(view, { x: 600, y: 200, width: 16, height: 16 }, picture, stage);
    assert.equal(outside.y, view.y);
    const { x, width } = toStage({ x: 600, y: 200, width: 16, height: 16 }, outside);
    assert.equal(x + width, stage.width - 24);
  });

  it('puts what is searched for in the middle, large enough to be read', () => {
    const part = { x: 600, y: 230, width: 16, height: 16 };
    const view = centreOn(fitAll(picture, stage), part, 3, picture, stage);
    assert.equal(view.scale, 3);
    const { x, y } = toStage(part, view);
    assert.deepEqual([x + 24, y + 24], [stage.width / 2, stage.height / 2]);
  });
});
