import { create } from '../dom';
import type { Pattern } from './looks';

/** A tile of a pattern that repeats without seams; `unit` is one CSS pixel in pixels of the screen. */
export function makePattern(
  context: CanvasRenderingContext2D,
  pattern: Pattern,
  ink: string,
  unit: number,
): CanvasPattern | null {
  const side = Math.max(4, Math.round(tileSides[pattern] * unit));
  const tile = create('canvas');
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.strokeStyle = ink;
  pen.fillStyle = ink;
  pen.lineWidth = Math.max(1, lineWidths[pattern] * unit);
  draw[pattern](pen, side);
  return context.createPattern(tile, 'repeat');
}

const tileSides: Record<Pattern, number> = {
  up: 6,
  dashedUp: 8,
  dashedDown: 8,
  thinUp: 10,
  cross: 5,
  bars: 4,
  posts: 4,
  dots: 5,
  checks: 6,
};

const lineWidths: Record<Pattern, number> = {
  up: 2,
  dashedUp: 2,
  dashedDown: 2,
  thinUp: 1,
  cross: 1,
  bars: 1,
  posts: 1.5,
  dots: 1,
  checks: 1,
};

type Draw = (pen: CanvasRenderingContext2D, side: number) => void;

const draw: Record<Pattern, Draw> = {
  up: (pen, side) => diagonal(pen, side, true),
  thinUp: (pen, side) => diagonal(pen, side, true),
  dashedUp: (pen, side) => dash(pen, side, true),
  dashedDown: (pen, side) => dash(pen, side, false),
  cross: (pen, side) => {
    diagonal(pen, side, true);
    diagonal(pen, side, false);
  },
  bars: (pen, side) => line(pen, [0, side / 2, side, side / 2]),
  posts: (pen, side) => line(pen, [side / 2, 0, side / 2, side]),
  dots: (pen, side) => pen.fillRect(Math.floor(side / 2), Math.floor(side / 2), side / 4, side / 4),
  checks: (pen, side) => {
    pen.fillRect(0, 0, side / 2, side / 2);
    pen.fillRect(side / 2, side / 2, side / 2, side / 2);
  },
};

/** Drawn three times over, so that the corners of neighbouring tiles are whole. */
function diagonal(pen: CanvasRenderingContext2D, side: number, up: boolean): void {
  for (const shift of [-side, 0, side]) {
    const from = up ? side : 0;
    line(pen, [shift - 1, from + (up ? 1 : -1), shift + side + 1, side - from + (up ? -1 : 1)]);
  }
}

function dash(pen: CanvasRenderingContext2D, side: number, up: boolean): void {
  const [from, to] = [side * 0.15, side * 0.7];
  line(pen, up ? [from, to, to, from] : [from, from, to, to]);
}

function line(pen: CanvasRenderingContext2D, [x1, y1, x2, y2]: readonly [number, number, number, number]): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}
