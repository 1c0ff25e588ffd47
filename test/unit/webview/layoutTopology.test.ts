import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PageNode, Snapshot } from '../../../src/shared/pageProtocol';
import { chooseSizes, type Sizes } from '../../../src/webview/layoutSizes';
import { layoutTopology, type Box, type Layout, type Rect } from '../../../src/webview/layoutTopology';
import { change, failOver, makeNode, makeSnapshot, nodeId } from '../../support/pageSnapshots';

describe('layoutTopology', () => {
  it('gives each shard a column, its master on top and its replicas below it, in the same column', () => {
    const { boxes } = layoutTopology(makeSnapshot(), { width: 1200, groupBy: 'shard' });
    const groups = boxes.filter(box => box.kind === 'group');
    assert.deepEqual(
      groups.map(box => [box.key, box.x, box.y]),
      [
        ['shard:slot-0', 0, 0],
        ['shard:slot-5462', 396, 0],
        ['shard:slot-10923', 792, 0],
      ],
    );
    for (const [master, replica] of [
      [7000, 7003],
      [7001, 7004],
      [7002, 7005],
    ] as const) {
      assert.equal(findNode(boxes, master).x, findNode(boxes, replica).x);
      assert.ok(findNode(boxes, master).y < findNode(boxes, replica).y);
    }
  });

  for (const { width, columns } of [
    { width: 320, columns: 1 },
    { width: 500, columns: 2 },
    { width: 740, columns: 3 },
    { width: 1010, columns: 4 },
    { width: 1270, columns: 4 },
    { width: 2100, columns: 8 },
  ])
    it(`stands eight shards in even rows of ${columns} at ${width} px`, () => {
      const { boxes } = layoutTopology(makeSnapshot({ shards: 8 }), { width, groupBy: 'shard' });
      const firstRow = boxes.filter(box => box.kind === 'group' && box.y === 0);
      assert.equal(firstRow.length, columns);
    });

  it('stands the spares beside the shards where there is room and below them where there is none', () => {
    const snapshot = makeSnapshot({ spares: 2 });
    const wide = layoutTopology(snapshot, { width: 1200, groupBy: 'shard' }).boxes;
    assert.equal(findBox(wide, 'spares').y, 0);
    assert.ok(findBox(wide, 'spares').x > findBox(wide, 'shard:slot-10923').x);
    const narrow = layoutTopology(snapshot, { width: 320, groupBy: 'shard' }).boxes;
    assert.equal(findBox(narrow, 'spares').x, 0);
    assert.ok(findBox(narrow, 'spares').y > findBox(narrow, 'shard:slot-10923').y);
  });

  it('keeps three shards in one row rather than the spares beside them', () => {
    const { boxes } = layoutTopology(makeSnapshot({ spares: 2 }), { width: 890, groupBy: 'shard' });
    assert.equal(findBox(boxes, 'shard:slot-10923').y, 0);
    assert.ok(findBox(boxes, 'spares').y > 0);
  });

  it('draws a box per host with its masters above its replicas', () => {
    const { boxes } = layoutTopology(makeSnapshot(), { width: 1200, groupBy: 'host' });
    assert.deepEqual(nodesOf(boxes, 'host:host-1'), [nodeId(7000), nodeId(7005)]);
    assert.deepEqual(nodesOf(boxes, 'host:host-2'), [nodeId(7001), nodeId(7003)]);
    assert.deepEqual(nodesOf(boxes, 'host:host-3'), [nodeId(7002), nodeId(7004)]);
  });

  it('spreads one host with six nodes over three columns, masters in the upper row', () => {
    const { boxes } = layoutTopology(makeSnapshot({ hosts: 1 }), { width: 1200, groupBy: 'host' });
    const rows = [7000, 7001, 7002, 7003, 7004, 7005].map(port => findNode(boxes, port).y);
    assert.equal(new Set(rows.slice(0, 3)).size, 1);
    assert.equal(new Set(rows.slice(3)).size, 1);
    assert.ok((rows[0] ?? 0) < (rows[3] ?? 0));
  });

  for (const { hosts, width, columns } of [
    { hosts: 6, width: 1240, columns: 6 },
    { hosts: 6, width: 1100, columns: 3 },
    { hosts: 4, width: 1240, columns: 4 },
    { hosts: 3, width: 1240, columns: 6 },
    { hosts: 9, width: 1240, columns: 5 },
    { hosts: 1, width: 1240, columns: 6 },
    { hosts: 1, width: 420, columns: 2 },
    { hosts: 1, width: 300, columns: 1 },
  ])
    it(`fills ${width} px with sixty nodes on ${hosts} hosts, in ${columns} columns`, () => {
      const layout = layoutTopology(makeSnapshot({ shards: 30, hosts }), { width, groupBy: 'host' });
      const nodes = layout.boxes.filter(box => box.kind === 'node');
      assert.equal(new Set(nodes.map(({ x }) => x)).size, columns);
      assert.ok(layout.width > width - columns, `${layout.width} of ${width}`);
    });

  it('keeps a failed former master in the column of its shard', () => {
    const { boxes } = layoutTopology(failOver(makeSnapshot()), { width: 1200, groupBy: 'shard' });
    assert.deepEqual(nodesOf(boxes, 'shard:slot-0'), [nodeId(7003), nodeId(7000)]);
  });

  it('keeps a failed node whose shard is gone in a tray of its own', () => {
    const snapshot = change(makeSnapshot(), { 7000: { state: 'failed', formerShardId: 'slot-99' } }, { shards: [] });
    const { boxes } = layoutTopology(snapshot, { width: 1200, groupBy: 'shard' });
    assert.ok(nodesOf(boxes, 'others').includes(nodeId(7000)));
  });

  it('marks the empty place of a missing replica and of a missing master', () => {
    const whole = makeSnapshot();
    const [first, second, third] = whole.shards;
    assert.ok(first && second && third);
    const { masterId: _, ...headless } = second;
    assert.ok(_);
    const snapshot = {
      ...whole,
      nodes: whole.nodes.filter(node => ![nodeId(7003), nodeId(7001)].includes(node.id)),
      shards: [{ ...first, replicaIds: [] }, headless, third],
    };
    const { boxes } = layoutTopology(snapshot, { width: 1200, groupBy: 'shard' });
    assert.deepEqual(
      boxes.filter(box => box.kind === 'vacancy').map(box => [box.groupKey, box.missing]),
      [
        ['shard:slot-0', 'replica'],
        ['shard:slot-5462', 'master'],
      ],
    );
  });

  it('leaves every node where it was when only states and figures change', () => {
    const snapshot = makeSnapshot({ shards: 4, replicas: 2, spares: 1 });
    const later = change(snapshot, { 7001: { state: 'suspect', keys: 1 }, 7005: { state: 'syncing' } });
    const places = (given: Snapshot) =>
      layoutTopology(given, { width: 1000, groupBy: 'shard' }).boxes.map(({ key, x, y }) => [key, x, y]);
    assert.deepEqual(places(later), places(snapshot));
  });

  it('grows its boxes with the font', () => {
    const height = (scale: number) =>
      findNode(layoutTopology(makeSnapshot(), { width: 2000, groupBy: 'shard', scale }).boxes, 7000).height;
    assert.equal(height(2), 2 * height(1));
  });

  it('gives every node one box, overlaps nothing and stays inside its bounds, for any cluster, width and font', () => {
    fc.assert(
      fc.property(
        snapshots(40),
        fc.integer({ min: 200, max: 4000 }),
        fc.constantFrom('shard', 'host'),
        fc.constantFrom(0.75, 1, 1.5),
        (snapshot, width, groupBy, scale) => {
          const layout = layoutTopology(snapshot, { width, groupBy, scale });
          checkWhole(snapshot, layout, width);
          checkCards(layout, width, chooseSizes(layout.dense, scale));
          assert.deepEqual(layoutTopology(structuredClone(snapshot), { width, groupBy, scale }), layout);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('holds the same for a thousand nodes', () => {
    for (const groupBy of ['shard', 'host'] as const) {
      const snapshot = makeSnapshot({ shards: 330, replicas: 2, spares: 10, hosts: 25 });
      const layout = layoutTopology(snapshot, { width: 1600, groupBy });
      checkWhole(snapshot, layout, 1600);
      assert.equal(layout.dense, true);
    }
  });
});

function findBox(boxes: readonly Box[], key: string): Box {
  const box = boxes.find(box => box.key === key);
  assert.ok(box, `there is a box ${key}`);
  return box;
}

function findNode(boxes: readonly Box[], port: number): Box {
  return findBox(boxes, `node:${nodeId(port)}`);
}

function nodesOf(boxes: readonly Box[], groupKey: string): string[] {
  return boxes.flatMap(box => (box.kind === 'node' && box.groupKey === groupKey ? [box.node.id] : []));
}

/** Clusters as they are at their worst: shards without a master, strangers, failed nodes of shards that are gone. */
function snapshots(mostNodes: number): fc.Arbitrary<Snapshot> {
  const node = fc.record({
    role: fc.constantFrom<PageNode['role'][]>('master', 'replica', 'spare'),
    host: fc.integer({ min: 0, max: 5 }),
    shard: fc.integer({ min: -2, max: 8 }),
    failed: fc.boolean(),
  });
  return fc.array(node, { maxLength: mostNodes }).map(given => {
    const nodes = given.map(({ role, host, shard, failed }, index) =>
      makeNode(7000 + index, {
        role,
        hostLabel: `host-${host}`,
        ...(failed && { state: 'failed' as const, formerShardId: `slot-${shard}` }),
        ...(role === 'replica' && { masterId: nodeId(7000 + Math.max(0, shard)) }),
      }),
    );
    const shards = [0, 1, 2, 3, 4, 5].map(index => {
      const members = nodes.filter((_, at) => given[at]?.shard === index && !given[at]?.failed);
      const master = members.find(member => member.role === 'master');
      return {
        id: `slot-${index}`,
        name: `Shard ${index}`,
        slots: '',
        replicaIds: members.filter(member => member.role === 'replica').map(member => member.id),
        ...(master && { masterId: master.id }),
      };
    });
    return { ...makeSnapshot({ shards: 0 }), nodes, shards };
  });
}

function checkWhole(snapshot: Snapshot, { boxes, width, height }: Layout, available: number): void {
  const shown = boxes.filter(box => box.kind === 'node').map(box => box.node.id);
  assert.deepEqual(shown.sort(), snapshot.nodes.map(node => node.id).sort());
  assert.equal(new Set(boxes.map(box => box.key)).size, boxes.length, 'keys are unique');
  assert.ok(width <= available, `${width} fits into ${available}`);
  const inner = boxes.filter(box => box.kind !== 'group');
  const groups = boxes.filter(box => box.kind === 'group');
  for (const list of [inner, groups]) assert.equal(findOverlap(list), undefined);
  for (const box of boxes) {
    assert.ok(box.width > 0 && box.height > 0);
    assert.ok(holds({ x: 0, y: 0, width, height }, box), `${box.key} is inside the graph`);
  }
  for (const box of inner) {
    const group = groups.find(group => group.key === box.groupKey);
    assert.ok(group && holds(group, box), `${box.key} is inside its group`);
    assert.ok(box.y >= group.y + group.headerHeight, `${box.key} leaves the header free`);
  }
}

/** None is squeezed, and where one more column of them finds no room they take it. */
function checkCards({ boxes, width }: Layout, available: number, { column, padding }: Sizes): void {
  const cards = boxes.filter(box => box.kind === 'node');
  for (const card of cards) assert.ok(card.width >= Math.min(available, column) - 2 * padding, `${card.width} px`);
  const hosts = boxes.flatMap(box => (box.kind === 'group' && box.group.kind === 'host' ? [box.group] : []));
  const columns = Math.max(
    ...hosts.map(({ key }) => new Set(cards.filter(({ groupKey }) => groupKey === key).map(({ x }) => x)).size),
  );
  const most = Math.max(...hosts.flatMap(({ sections }) => sections.map(section => section.length)));
  if (columns < most) assert.ok(width > available - hosts.length, `${width} of ${available}`);
}

function findOverlap(boxes: readonly Box[]): string | undefined {
  const sorted = [...boxes].sort((a, b) => a.y - b.y);
  for (const [index, a] of sorted.entries())
    for (let other = index + 1; other < sorted.length; other++) {
      const b = sorted[other];
      if (!b || b.y >= a.y + a.height) break;
      if (a.x < b.x + b.width && b.x < a.x + a.width) return `${a.key} and ${b.key}`;
    }
  return undefined;
}

function holds(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
