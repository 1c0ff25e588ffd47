import type { Box, GroupBox, NodeBox, Rect } from './layoutTopology';

export type Move = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';
type Item = GroupBox | NodeBox;

/**
 * The key of the item an arrow key leads to: up and down within a column, left and right to the next column at about
 * the same height. Undefined where there is none; nothing wraps.
 */
export function navigate(boxes: readonly Box[], fromKey: string, move: Move): string | undefined {
  const items = boxes.filter(box => box.kind !== 'vacancy');
  if (move === 'first') return items[0]?.key;
  if (move === 'last') return items.at(-1)?.key;
  const from = items.find(item => item.key === fromKey);
  if (!from) return undefined;
  const vertical = move === 'up' || move === 'down';
  const candidates = items.filter(item => item.key !== fromKey && lies(anchor(item), anchor(from), move));
  const groups = new Map(items.filter(item => item.kind === 'group').map(group => [group.key, group]));
  return vertical ? findVertical(from, candidates) : findHorizontal(from, candidates, groups);
}

function findVertical(from: Item, candidates: readonly Item[]): string | undefined {
  const start = anchor(from);
  const inColumn = candidates.filter(item => overlap(anchor(item), start, 'x'));
  return nearest(inColumn.length > 0 ? inColumn : candidates, item => [
    distance(anchor(item), start, 'y'),
    offset(anchor(item), start, 'x'),
  ]);
}

/** Of another group the group's own edge counts, so that its header and its nodes are equally far. */
function findHorizontal(
  from: Item,
  candidates: readonly Item[],
  groups: ReadonlyMap<string, GroupBox>,
): string | undefined {
  const start = anchor(from);
  const home = groups.get(from.groupKey) ?? from;
  const inBand = candidates.filter(item => overlap(groups.get(item.groupKey) ?? item, home, 'y'));
  return nearest(inBand, item => [
    item.groupKey === from.groupKey
      ? distance(anchor(item), start, 'x')
      : distance(groups.get(item.groupKey) ?? item, start, 'x'),
    offset(anchor(item), start, 'y'),
  ]);
}

/** What stands for the item: a group's header, for its box holds the nodes. */
function anchor(item: Item): Rect {
  return item.kind === 'group' ? { ...item, height: item.headerHeight } : item;
}

function lies(item: Rect, from: Rect, move: 'up' | 'down' | 'left' | 'right'): boolean {
  switch (move) {
    case 'up':
      return item.y + item.height <= from.y;
    case 'down':
      return item.y >= from.y + from.height;
    case 'left':
      return item.x + item.width <= from.x;
    case 'right':
      return item.x >= from.x + from.width;
  }
}

type Axis = 'x' | 'y';
const extents = { x: 'width', y: 'height' } as const;

function overlap(a: Rect, b: Rect, axis: Axis): boolean {
  return a[axis] < b[axis] + b[extents[axis]] && b[axis] < a[axis] + a[extents[axis]];
}

/** Between the facing edges. */
function distance(a: Rect, b: Rect, axis: Axis): number {
  return Math.max(a[axis] - b[axis] - b[extents[axis]], b[axis] - a[axis] - a[extents[axis]]);
}

/** Between the middles. */
function offset(a: Rect, b: Rect, axis: Axis): number {
  return Math.abs(a[axis] + a[extents[axis]] / 2 - b[axis] - b[extents[axis]] / 2);
}

function nearest(items: readonly Item[], measure: (item: Item) => [number, number]): string | undefined {
  let best: { key: string; far: [number, number] } | undefined;
  for (const item of items) {
    const far = measure(item);
    if (!best || far[0] < best.far[0] || (far[0] === best.far[0] && far[1] < best.far[1]))
      best = { key: item.key, far };
  }
  return best?.key;
}
