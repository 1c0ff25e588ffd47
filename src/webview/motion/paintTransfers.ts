import type { NodeBox } from '../layoutTopology';
import type { Palette } from '../scale/palette';
import { middleOf, toStage, type Viewport } from '../scale/viewport';
import type { Transfer } from './motions';
import type { Point } from './routeArcs';
import { MOST_ARCS } from './routeMotions';

interface TransferPicture {
  transfers: readonly Transfer[];
  cells: ReadonlyMap<string, NodeBox>;
  view: Viewport;
  palette: Palette;
}

/** Both ends of every move as dashed frames, the giving one doubled, and between those with most slots an arrow. */
export function paintTransfers(
  context: CanvasRenderingContext2D,
  { transfers, cells, view, palette }: TransferPicture,
): void {
  const frame = (cell: NodeBox, gap: number): void => {
    const { x, y, width, height } = toStage(cell, view);
    context.roundRect(x - gap, y - gap, width + 2 * gap, height + 2 * gap, 3);
  };
  context.strokeStyle = palette.busy;
  context.lineWidth = 1.5;
  context.setLineDash([3, 2]);
  context.beginPath();
  for (const { fromId, toId } of transfers) {
    const [from, to] = [cells.get(fromId), cells.get(toId)];
    if (!from || !to) continue;
    frame(from, 1);
    frame(from, 3.5);
    frame(to, 1);
  }
  context.stroke();
  context.setLineDash([]);
  for (const { fromId, toId } of transfers.slice(0, MOST_ARCS)) {
    const [from, to] = [cells.get(fromId), cells.get(toId)];
    if (from && to) paintArrow(context, middleOf(toStage(from, view)), middleOf(toStage(to, view)), palette);
  }
}

/** Bent to its left, so that two that go to and fro are told apart. */
function paintArrow(context: CanvasRenderingContext2D, from: Point, to: Point, palette: Palette): void {
  const [across, down] = [to.x - from.x, to.y - from.y];
  const part = Math.min(0.15, 40 / (Math.hypot(across, down) || 1));
  const bend = { x: (from.x + to.x) / 2 + down * part, y: (from.y + to.y) / 2 - across * part };
  const angle = Math.atan2(to.y - bend.y, to.x - bend.x);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
  for (const side of [-0.45, 0.45]) {
    context.moveTo(to.x, to.y);
    context.lineTo(to.x - 8 * Math.cos(angle + side), to.y - 8 * Math.sin(angle + side));
  }
  for (const [colour, width] of [
    [palette.page, 4.5],
    [palette.busy, 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
}
