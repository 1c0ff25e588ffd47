import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NodeState, Snapshot } from '../../../../src/shared/pageProtocol';
import { groupNodes } from '../../../../src/webview/groupNodes';
import type { Box, Rect } from '../../../../src/webview/layoutTopology';
import { HitIndex } from '../../../../src/webview/scale/hitIndex';
import { layoutGrid } from '../../../../src/webview/scale/layoutGrid';
import { layoutTiles } from '../../../../src/webview/scale/layoutTiles';
import { searchNodes } from '../../../../src/webview/scale/searchNodes';
import { findTroubles, keepGroups } from '../../../../src/webview/scale/troubles';
import { change, makeSnapshot, nodeId } from '../../../support/pageSnapshots';

const states: NodeState[] = ['ok', 'suspect', 'failed', 'joining', 'unreachable', 'syncing', 'linkDown', 'loading'];

const clusters = fc
  .record({
    shards: fc.integer({ min: 1, max: 120 }),
    replicas: fc.integer({ min: 0, max: 5 }),
    spares: fc.integer({ min: 0, max: 30 }),
  })
  .map(sizes => makeSnapshot(sizes));
const widths = fc.integer({ min: 100, max: 2400 });
const troubles = fc.dictionary(fc.integer({ min: 7000, max: 7400 }).map(String), fc.constantFrom(...states), {
  maxKeys: 20,
});

function trouble(snapshot: Snapshot, chosen: Record<string, NodeState>): Snapshot {
  return change(
    snapshot,
    Object.fromEntries(Object.entries(chosen).map(([port, state]) => [port, { state, stateText: state }])),
  );
}

describe('tiles', () => {
  it('lie beside each other, inside the width, each node once, whatever is wrong', () => {
    fc.assert(
      fc.property(clusters, widths, troubles, (cluster, width, chosen) => {
        const snapshot = trouble(cluster, chosen);
        const { boxes, height } = layoutTiles(snapshot, { width });
        const groups = boxes.filter(box => box.kind === 'group' || (box.kind === 'vacancy' && box.missing === 'above'));
        const rest = boxes.filter(box => !groups.includes(box));
        assert.equal(findOverlap(groups), undefined);
        assert.equal(findOverlap(rest), undefined);
        const ids = boxes.flatMap(box => (box.kind === 'node' ? [box.node.id] : []));
        assert.deepEqual([...ids].sort(), snapshot.nodes.map(({ id }) => id).sort());
        for (const box of boxes)
          assert.ok(
            box.x >= 0 && box.x + box.width <= Math.max(200, width) && box.y + box.height <= height + 1,
            box.key,
          );
      }),
      { numRuns: 60 },
    );
  });

  it('leave every other shard where it was, but for the rows above, when one is in trouble', () => {
    fc.assert(
      fc.property(clusters, widths, fc.integer({ min: 0, max: 119 }), (snapshot, width, index) => {
        const before = layoutTiles(snapshot, { width }).boxes;
        const port = 7000 + (index % snapshot.shards.length);
        const after = layoutTiles(trouble(snapshot, { [port]: 'failed' }), { width }).boxes;
        const still = shardPlaces(before).filter(({ key }) => key !== `shard:${snapshot.shards[port - 7000]!.id}`);
        const now = new Map(shardPlaces(after).map(box => [box.key, box]));
        const shifts = new Set(still.map(({ key, y }) => now.get(key)!.y - y));
        assert.ok(shifts.size <= 1);
        for (const { key, x, width: wide } of still)
          assert.deepEqual([now.get(key)!.x, now.get(key)!.width], [x, wide]);
      }),
      { numRuns: 60 },
    );
  });

  it('let the shard in trouble grow to cards before all others', () => {
    const snapshot = trouble(makeSnapshot({ shards: 20 }), { 7007: 'failed' });
    const { boxes } = layoutTiles(snapshot, { width: 1200 });
    const [first] = boxes;
    assert.equal(first?.key, `shard:${snapshot.shards[7]!.id}`);
    assert.equal(first.form, undefined);
    assert.equal(boxes.filter(box => box.kind === 'vacancy' && box.missing === 'above').length, 1);
  });
});

describe('the grid', () => {
  const stages = fc.record({ width: fc.integer({ min: 150, max: 2400 }), height: fc.integer({ min: 150, max: 1400 }) });

  it('has a cell for every node inside the block of its shard, and no block over another', () => {
    fc.assert(
      fc.property(clusters, stages, troubles, (cluster, stage, chosen) => {
        const snapshot = trouble(cluster, chosen);
        const { blocks, cells, width, height } = layoutGrid(groupNodes(snapshot, 'shard'), stage);
        assert.equal(findOverlap(blocks), undefined);
        assert.equal(findOverlap(cells), undefined);
        assert.deepEqual(cells.map(({ node }) => node.id).sort(), snapshot.nodes.map(({ id }) => id).sort());
        const byKey = new Map(blocks.map(block => [block.key, block]));
        for (const cell of cells) assert.ok(isInside(cell, byKey.get(cell.groupKey)!), cell.key);
        for (const block of blocks) assert.ok(isInside(block, { x: 0, y: 0, width, height }), block.key);
      }),
      { numRuns: 60 },
    );
  });

  it('moves nobody when states change', () => {
    fc.assert(
      fc.property(clusters, stages, troubles, (snapshot, stage, chosen) => {
        const places = (given: Snapshot) =>
          layoutGrid(groupNodes(given, 'shard'), stage).cells.map(({ key, x, y }) => [key, x, y]);
        assert.deepEqual(places(trouble(snapshot, chosen)), places(snapshot));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps one shard with fifty replicas in its block', () => {
    const one = makeSnapshot({ shards: 1, replicas: 50 });
    const { blocks, cells } = layoutGrid(groupNodes(one, 'shard'), { width: 800, height: 600 });
    assert.equal(blocks.length, 1);
    assert.ok(cells.every(cell => isInside(cell, blocks[0]!)));
  });

  it('is empty for nobody', () => {
    assert.deepEqual(layoutGrid([], { width: 800, height: 600 }).cells, []);
  });
});

describe('what lies at a point', () => {
  it('is what looking at every item finds', () => {
    const { cells } = layoutGrid(groupNodes(makeSnapshot({ shards: 80 }), 'shard'), { width: 900, height: 500 });
    const index = new HitIndex(cells);
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 1000, noNaN: true }),
        fc.double({ min: -50, max: 800, noNaN: true }),
        (x, y) => {
          const found = cells.find(
            cell => x >= cell.x && x < cell.x + cell.width && y >= cell.y && y < cell.y + cell.height,
          );
          assert.equal(index.at(x, y), found);
        },
      ),
    );
  });
});

describe('troubles', () => {
  it('are nodes that are not well, and shards that lack what others have', () => {
    const snapshot = trouble(makeSnapshot({ shards: 6 }), { 7001: 'suspect' });
    const groups = groupNodes(snapshot, 'shard');
    const found = findTroubles(snapshot, groups);
    assert.deepEqual([...found.nodeIds], [nodeId(7001)]);
    assert.deepEqual([...found.groupKeys], [`shard:${snapshot.shards[1]!.id}`]);
    assert.equal(keepGroups(snapshot, found.groupKeys).nodes.length, 2);
  });

  it('are none where no shard was given a replica', () => {
    const snapshot = makeSnapshot({ shards: 6, replicas: 0 });
    assert.equal(findTroubles(snapshot, groupNodes(snapshot, 'shard')).groupKeys.size, 0);
  });

  it('name nobody for a problem of the whole cluster', () => {
    const snapshot = makeSnapshot({ shards: 30 });
    const nodeIds = snapshot.nodes.map(({ id }) => id);
    const down = { ...snapshot, problems: [{ severity: 'error' as const, text: 'Down.', remedy: '', nodeIds }] };
    assert.equal(findTroubles(down, groupNodes(down, 'shard')).nodeIds.size, 0);
  });
});

describe('the search', () => {
  const snapshot = trouble(makeSnapshot({ shards: 30, hosts: 12 }), { 7004: 'failed' });
  const find = (text: string) => searchNodes(snapshot, text).map(({ address }) => address);

  it('finds by address, host, role, state and shard, every word', () => {
    assert.deepEqual(find('7004'), ['127.0.0.1:7004']);
    assert.deepEqual(find('FAILED'), ['127.0.0.1:7004']);
    assert.equal(find('master host-12').length, 2);
    assert.equal(find('"shard 3"').length, 4);
    assert.deepEqual(find('failed replica'), []);
    assert.deepEqual(find('  '), []);
  });
});

function shardPlaces(boxes: readonly Box[]): { key: string; x: number; y: number; width: number }[] {
  return boxes.flatMap(box =>
    box.form === 'tile' && box.kind === 'group' && box.key.startsWith('shard:') ? [box] : [],
  );
}

function findOverlap(rects: readonly (Rect & { key: string })[]): string | undefined {
  const sorted = [...rects].sort((a, b) => a.y - b.y);
  for (const [index, one] of sorted.entries())
    for (const other of sorted.slice(index + 1)) {
      if (other.y >= one.y + one.height) break;
      if (one.x < other.x + other.width && other.x < one.x + one.width) return `${one.key} and ${other.key}`;
    }
  return undefined;
}

function isInside(one: Rect, other: Rect): boolean {
  return (
    one.x >= other.x &&
    one.y >= other.y &&
    one.x + one.width <= other.x + other.width &&
    one.y + one.height <= other.y + other.height
  );
}
