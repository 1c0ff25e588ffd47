import type { Box, GroupBox, Layout, Rect } from '../layoutTopology';

/** From one group to another. */
export interface Link {
  key: string;
  fromKey: string;
  toKey: string;
  /** Pixels. */
  labelWidth: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Arc {
  key: string;
  /** From the upper edge of the one to the upper edge of the other; each stretch runs up, down or sideways. */
  points: readonly Point[];
  label: Rect;
}

export interface RoutedLayout {
  layout: Layout;
  arcs: readonly Arc[];
  /** Where it may be said that there are more. */
  more: Rect | undefined;
}

/**
 * Opens a lane above each row that has something to give or take, and leads the arcs through the lanes and the gaps between
 * columns, so that they cover nothing. Depends on its arguments alone. `moreWidth`: of the words for those left out, if any.
 */
export function routeArcs(layout: Layout, links: readonly Link[], moreWidth = 0, scale = 1): RoutedLayout {
  const groups = new Map(layout.boxes.flatMap(box => (box.kind === 'group' ? [[box.key, box] as const] : [])));
  const known = links.flatMap((link): Route[] => {
    const [from, to] = [groups.get(link.fromKey), groups.get(link.toKey)];
    return from && to && from !== to ? [{ ...link, from, to, stretches: [] }] : [];
  });
  if (known.length === 0) return { layout, arcs: [], more: undefined };
  const lanes = new Lanes();
  const ports = placePorts(known);
  const gap = gapBetween([...groups.values()]);
  known.forEach((route, index) => {
    route.stretches = stretchesOf(route, ports, { gap, width: layout.width }, index);
  });
  const long = (route: Route): number => Math.max(...route.stretches.map(({ x1, x2 }) => Math.abs(x2 - x1)));
  // Short ones run closest to the boxes: long ones arch over them.
  for (const route of [...known].sort((a, b) => long(a) - long(b))) seat(route, lanes, layout.width);
  const topRow = Math.min(...known.flatMap(({ stretches }) => stretches.map(({ row }) => row)));
  const more = moreWidth > 0 ? lanes.seat(topRow, { x1: 0, x2: moreWidth }) : undefined;

  const sizes = { level: Math.round(LEVEL * scale), label: Math.round(LABEL * scale), edge: EDGE };
  const heightOf = (row: number): number => (lanes.levels(row) === 0 ? 0 : lanes.levels(row) * sizes.level + EDGE);
  const shiftOf = (y: number): number => lanes.rows().reduce((shift, row) => shift + (row <= y ? heightOf(row) : 0), 0);
  const levelY = (row: number, level: number): number => row + shiftOf(row) - sizes.edge - (level + 0.5) * sizes.level;
  return {
    layout: shiftBoxes(layout, groups, shiftOf),
    arcs: known.map(route => {
      const points = pointsOf(route, shiftOf, levelY);
      const { row, level, labelX } = route.stretches.find(({ labelX: x }) => x !== undefined)!;
      const y = levelY(row, level!) - sizes.label / 2;
      return {
        key: route.key,
        points,
        label: { x: labelX! - route.labelWidth / 2, y, width: route.labelWidth, height: sizes.label },
      };
    }),
    more:
      more === undefined
        ? undefined
        : { x: 0, y: levelY(topRow, more) - sizes.label / 2, width: moreWidth, height: sizes.label },
  };
}

/** Pixels at the usual font size: from one arc of a lane to the next, of a label, from the lowest arc to the boxes. */
const LEVEL = 24;
const LABEL = 19;
const EDGE = 8;
/** Between what runs side by side in a lane. */
const APART = 10;
const WIDEST_GAP = 16;

interface Route extends Link {
  from: GroupBox;
  to: GroupBox;
  stretches: Stretch[];
}

/** A run along the lane above a row; rows are told apart by where they begin. */
interface Stretch {
  row: number;
  x1: number;
  x2: number;
  level?: number;
  /** The middle of the label, where this stretch bears it. */
  labelX?: number;
}

type Span = Pick<Stretch, 'x1' | 'x2'>;

/** What is taken in each lane. */
class Lanes {
  readonly #taken = new Map<number, Span[][]>();

  rows(): number[] {
    return [...this.#taken.keys()];
  }

  levels(row: number): number {
    return this.#taken.get(row)?.length ?? 0;
  }

  /** The lowest level with room. */
  seat(row: number, span: Span): number {
    const levels = this.#taken.get(row) ?? [];
    this.#taken.set(row, levels);
    const [left, right] = [Math.min(span.x1, span.x2), Math.max(span.x1, span.x2)];
    const isFree = (spans: readonly Span[]): boolean =>
      spans.every(({ x1, x2 }) => right + APART <= x1 || left - APART >= x2);
    const found = levels.findIndex(isFree);
    const level = found < 0 ? levels.length : found;
    (levels[level] ??= []).push({ x1: left, x2: right });
    return level;
  }
}

/** Where each end meets the edge of its box: in the order of where it comes from, so that few cross. */
function placePorts(routes: readonly Route[]): (route: Route, end: 'from' | 'to') => number {
  const ends = new Map<string, { key: string; towards: number }[]>();
  for (const { key, from, to } of routes)
    for (const [box, other, end] of [
      [from, to, 'from'],
      [to, from, 'to'],
    ] as const) {
      const known = ends.get(box.key) ?? [];
      ends.set(box.key, [...known, { key: `${key} ${end}`, towards: middle(other) }]);
    }
  for (const list of ends.values()) list.sort((a, b) => a.towards - b.towards || (a.key < b.key ? -1 : 1));
  return (route, end) => {
    const box = route[end];
    const list = ends.get(box.key)!;
    const at = list.findIndex(({ key }) => key === `${route.key} ${end}`);
    return Math.round(box.x + (box.width * (at + 1)) / (list.length + 1));
  };
}

/** Between two columns, the narrowest there is. */
function gapBetween(groups: readonly GroupBox[]): number {
  const gaps = groups.flatMap((group, index) => {
    const next = groups[index + 1];
    return next && next.y === group.y && next.x > group.x ? [next.x - group.x - group.width] : [];
  });
  return Math.min(WIDEST_GAP, ...gaps);
}

function stretchesOf(
  route: Route,
  ports: ReturnType<typeof placePorts>,
  { gap, width }: { gap: number; width: number },
  index: number,
): Stretch[] {
  const { from, to } = route;
  const [x1, x2] = [ports(route, 'from'), ports(route, 'to')];
  if (from.y === to.y) return [{ row: from.y, x1, x2 }];
  // Down or up beside its own column, on the side where the other is.
  const beside = middle(to) >= middle(from) ? from.x + from.width + gap / 2 : from.x - gap / 2;
  const apart = gap / 4;
  const x = Math.min(width - 2 - apart, Math.max(2 + apart, beside)) + ((index % 3) - 1) * apart;
  return [
    { row: from.y, x1, x2: x },
    { row: to.y, x1: x, x2 },
  ];
}

function seat({ stretches, labelWidth }: Route, lanes: Lanes, width: number): void {
  const longest = [...stretches].sort((a, b) => Math.abs(b.x2 - b.x1) - Math.abs(a.x2 - a.x1))[0]!;
  const half = labelWidth / 2;
  longest.labelX = Math.max(half, Math.min((longest.x1 + longest.x2) / 2, Math.max(half, width - half)));
  for (const stretch of stretches) {
    const { x1, x2, labelX } = stretch;
    const ends = [x1, x2, ...(labelX === undefined ? [] : [labelX - half, labelX + half])];
    stretch.level = lanes.seat(stretch.row, { x1: Math.min(...ends), x2: Math.max(...ends) });
  }
}

function pointsOf(
  { from, to, stretches }: Route,
  shiftOf: (y: number) => number,
  levelY: (row: number, level: number) => number,
): Point[] {
  const [first] = stretches;
  const last = stretches.at(-1);
  return [
    { x: first!.x1, y: from.y + shiftOf(from.y) },
    ...stretches.flatMap(({ row, level, x1, x2 }) => [
      { x: x1, y: levelY(row, level!) },
      { x: x2, y: levelY(row, level!) },
    ]),
    { x: last!.x2, y: to.y + shiftOf(to.y) },
  ];
}

/** What stands in a group goes where the group goes; the mark of one that stands elsewhere goes by itself. */
function shiftBoxes(layout: Layout, groups: ReadonlyMap<string, GroupBox>, shiftOf: (y: number) => number): Layout {
  const boxes = layout.boxes.map((box): Box => {
    const holder = box.kind === 'vacancy' && box.missing === 'above' ? undefined : groups.get(box.groupKey);
    return { ...box, y: box.y + shiftOf(holder?.y ?? box.y) };
  });
  return { ...layout, boxes, height: layout.height + shiftOf(Infinity) };
}

function middle({ x, width }: Rect): number {
  return x + width / 2;
}
