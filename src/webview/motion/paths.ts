import type { Rect } from '../layoutTopology';
import type { Point } from './routeArcs';

const RADIUS = 9;
/** Of an arrow head, pixels: half as wide, as long. */
const HEAD = { half: 4, length: 6 };

/** A line along the points with its corners rounded, as the `d` of a path. */
export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M${text(first)}`];
  rest.forEach((corner, index) => {
    const before = points[index]!;
    const after = rest[index + 1];
    if (!after) return void parts.push(`L${text(corner)}`);
    const radius = Math.min(RADIUS, distance(before, corner) / 2, distance(corner, after) / 2);
    parts.push(`L${text(toward(corner, before, radius))}`, `Q${text(corner)} ${text(toward(corner, after, radius))}`);
  });
  return parts.join('');
}

/** The head of an arrow that comes from `from` and ends at `tip`. */
export function arrowHead(from: Point, tip: Point): string {
  const back = toward(tip, from, HEAD.length);
  const long = distance(from, tip) || 1;
  const [x, y] = [((tip.y - from.y) / long) * HEAD.half, ((from.x - tip.x) / long) * HEAD.half];
  return `M${text({ x: back.x + x, y: back.y + y })}L${text(tip)}L${text({ x: back.x - x, y: back.y - y })}`;
}

/**
 * From one card to another: beside them where they stand below each other, straight over where they do not. Stays between
 * 0 and `width`.
 */
export function linkCards(one: Rect, other: Rect, side: 'left' | 'right', width: number): Point[] {
  const [oneY, otherY] = [one.y + one.height / 2, other.y + other.height / 2];
  const overlap = one.x < other.x + other.width && other.x < one.x + one.width;
  if (!overlap) {
    const isRight = other.x > one.x;
    const [x1, x2] = [isRight ? one.x + one.width : one.x, isRight ? other.x : other.x + other.width];
    const between = (x1 + x2) / 2;
    return oneY === otherY
      ? [
          { x: x1, y: oneY },
          { x: x2, y: oneY },
        ]
      : [
          { x: x1, y: oneY },
          { x: between, y: oneY },
          { x: between, y: otherY },
          { x: x2, y: otherY },
        ];
  }
  const edge = (rect: Rect): number => (side === 'left' ? rect.x : rect.x + rect.width);
  const out =
    side === 'left'
      ? Math.max(0, Math.min(edge(one), edge(other)) - BESIDE)
      : Math.min(width, Math.max(edge(one), edge(other)) + BESIDE);
  return [
    { x: edge(one), y: oneY },
    { x: out, y: oneY },
    { x: out, y: otherY },
    { x: edge(other), y: otherY },
  ];
}

/** Within the padding of a shard. */
const BESIDE = 7;

function toward(from: Point, to: Point, by: number): Point {
  const long = distance(from, to);
  if (long === 0) return from;
  return { x: from.x + ((to.x - from.x) * by) / long, y: from.y + ((to.y - from.y) * by) / long };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(other.x - one.x, other.y - one.y);
}

function text({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
