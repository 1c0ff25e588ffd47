import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Snapshot } from '../../../../src/shared/pageProtocol';
import { layoutTopology, type Layout, type Rect } from '../../../../src/webview/layoutTopology';
import { findMotions } from '../../../../src/webview/motion/motions';
import { MOST_ARCS, routeMotions, type RoutedMotions } from '../../../../src/webview/motion/routeMotions';
import { linkCards, roundedPath } from '../../../../src/webview/motion/paths';
import { layoutTiles } from '../../../../src/webview/scale/layoutTiles';
import { makeSnapshot, nodeId } from '../../../support/pageSnapshots';
import { makeManyMoves, makeMovingSnapshot } from '../../../support/movingSnapshots';

const route = (snapshot: Snapshot, layout: Layout, scale = 1): RoutedMotions =>
  routeMotions(layout, findMotions(snapshot), scale);

const boxOf = ({ boxes }: Layout, port: number): Rect => {
  const node = boxes.find(box => box.kind === 'node' && box.node.id === nodeId(port));
  const group = boxes.find(box => box.kind === 'group' && box.key === node?.groupKey);
  assert.ok(group);
  return group;
};

const overlaps = (one: Rect, other: Rect): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

function assertSound({ layout, arcs, more }: RoutedMotions): void {
  const groups = layout.boxes.filter(box => box.kind === 'group');
  for (const { points, label, transfer } of arcs) {
    for (const [point, id] of [
      [points[0]!, transfer.fromId],
      [points.at(-1)!, transfer.toId],
    ] as const) {
      const box = boxOf(layout, Number.parseInt(id, 16));
      assert.equal(point.y, box.y, 'it ends at the upper edge of the box');
      assert.ok(point.x > box.x && point.x < box.x + box.width);
    }
    for (const { x, y } of points) assert.ok(x >= 0 && x <= layout.width && y >= 0 && y <= layout.height);
    points.slice(1).forEach((point, index) => {
      const before = points[index]!;
      assert.ok(point.x === before.x || point.y === before.y, 'it runs straight');
      // Beside the outermost columns there may be no gap: there it runs along the edge, within the padding.
      const isEdge = point.x === before.x && (point.x <= 12 || point.x >= layout.width - 12);
      const stretch = { x: Math.min(point.x, before.x), y: Math.min(point.y, before.y) };
      const line = { ...stretch, width: Math.abs(point.x - before.x), height: Math.abs(point.y - before.y) };
      if (!isEdge) for (const group of groups) assert.ok(!overlaps(line, group), 'it covers no box');
    });
    assert.ok(label.x >= 0 && label.y >= 0 && label.x + label.width <= layout.width);
  }
  const labels = [...arcs.map(({ label }) => label), ...(more ? [more] : [])];
  labels.forEach((label, index) => {
    for (const group of groups) assert.ok(!overlaps(label, group), 'its words cover no box');
    for (const other of labels.slice(index + 1)) assert.ok(!overlaps(label, other), 'no words cover others');
  });
}

describe('the arcs of slots on their way', () => {
  it('opens a lane above the row, moves all boxes down by it alike, and leaves a still picture as it is', () => {
    const snapshot = makeMovingSnapshot({ spares: 2 });
    const placed = layoutTopology(snapshot, { width: 1240, groupBy: 'shard' });
    const { layout, arcs, more } = route(snapshot, placed);
    const shifts = new Set(layout.boxes.map((box, index) => box.y - placed.boxes[index]!.y));
    assert.deepEqual([...shifts], [56]);
    assert.equal(layout.height, placed.height + 56);
    assert.deepEqual(
      arcs.map(({ word, points }) => [word, points.length]),
      [
        ['400 of 1,000', 4],
        ['200 of 365', 4],
      ],
    );
    assert.equal(more, undefined);
    const still = makeSnapshot();
    const stillPlaced = layoutTopology(still, { width: 1240, groupBy: 'shard' });
    assert.deepEqual(route(still, stillPlaced), { layout: stillPlaced, arcs: [], more: undefined, moreText: '' });
  });

  it('keeps every box where it is while slots arrive', () => {
    const before = makeMovingSnapshot();
    const after = {
      ...before,
      nodes: before.nodes.map(node => ({ ...node, slots: node.role === 'master' ? '9' : '' })),
    };
    const places = (snapshot: Snapshot) =>
      route(snapshot, layoutTopology(snapshot, { width: 700, groupBy: 'shard' })).layout.boxes.map(({ x, y }) => [
        x,
        y,
      ]);
    assert.deepEqual(places(after), places(before));
  });

  it('goes from row to row through the gap between columns, in two lanes', () => {
    const snapshot = makeMovingSnapshot();
    const routed = route(snapshot, layoutTopology(snapshot, { width: 540, groupBy: 'shard' }));
    assert.deepEqual(
      routed.arcs.map(({ points }) => points.length),
      [4, 6],
    );
    assertSound(routed);
  });

  it('draws the largest and says how many more there are', () => {
    const snapshot = makeManyMoves(makeSnapshot({ shards: 8 }), 11);
    const routed = route(snapshot, layoutTopology(snapshot, { width: 1240, groupBy: 'shard' }));
    assert.equal(routed.arcs.length, MOST_ARCS);
    assert.equal(routed.moreText, 'and 3 more pairs');
    assert.deepEqual(
      routed.arcs.map(({ transfer }) => transfer.total),
      [31, 30, 29, 28, 27, 26, 25, 24],
    );
    assertSound(routed);
  });

  it('ends at the boxes, covers none of them and stays in the picture, for any cluster, moves, width and font', () => {
    const cases = fc.tuple(
      fc.integer({ min: 2, max: 24 }),
      fc.nat(2),
      fc.nat(3),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 200, max: 3000 }),
      fc.constantFrom(0.75, 1, 1.5),
      fc.boolean(),
    );
    fc.assert(
      fc.property(cases, ([shards, replicas, spares, pairs, width, scale, asTiles]) => {
        const snapshot = makeManyMoves(makeSnapshot({ shards, replicas, spares }), pairs);
        const placed = asTiles
          ? layoutTiles(snapshot, { width, scale })
          : layoutTopology(snapshot, { width, groupBy: 'shard', scale });
        const routed = route(snapshot, placed, scale);
        assert.ok(routed.arcs.length > 0);
        assertSound(routed);
        assert.deepEqual(route(structuredClone(snapshot), placed, scale), routed);
      }),
      { numRuns: 200 },
    );
  });
});

describe('lines between two cards', () => {
  const card = (x: number, y: number): Rect => ({ x, y, width: 100, height: 40 });

  for (const { name, one, other, side, points } of [
    { name: 'beside a column', one: card(10, 0), other: card(10, 100), side: 'right', points: [110, 117, 117, 110] },
    { name: 'not out of the picture', one: card(3, 0), other: card(3, 100), side: 'left', points: [3, 0, 0, 3] },
    { name: 'over to the right', one: card(0, 0), other: card(200, 100), side: 'left', points: [100, 150, 150, 200] },
    { name: 'over to the left, level', one: card(200, 0), other: card(0, 0), side: 'left', points: [200, 100] },
  ] as const)
    it(`runs ${name}`, () => {
      assert.deepEqual(
        linkCards(one, other, side, 300).map(({ x }) => x),
        points,
      );
    });

  it('rounds corners by no more than there is room', () => {
    assert.equal(
      roundedPath([
        { x: 0, y: 20 },
        { x: 0, y: 0 },
        { x: 8, y: 0 },
      ]),
      'M0 20L0 4Q0 0 4 0L8 0',
    );
    assert.equal(roundedPath([]), '');
  });
});
