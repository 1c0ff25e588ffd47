import type { Rect } from '../layoutTopology';
import type { DifferenceMark } from '../still/differenceMarks';
import type { Palette } from './palette';

type Context = CanvasRenderingContext2D;

/** That a node is otherwise in the other picture: a dashed frame with a flag in its corner, and with room what it is there. */
export function paintDifference(context: Context, { word }: DifferenceMark, rect: Rect, palette: Palette): void {
  const { x, y, width, height } = rect;
  context.lineWidth = 1.5;
  context.strokeStyle = context.fillStyle = palette.text;
  context.setLineDash([3, 2]);
  context.beginPath();
  context.roundRect(x - 1, y - 1, width + 2, height + 2, 3);
  context.stroke();
  context.setLineDash([]);
  const flag = Math.max(4, Math.min(10, width * 0.35));
  context.beginPath();
  context.moveTo(x + width + 1 - flag, y - 1);
  context.lineTo(x + width + 1, y - 1);
  context.lineTo(x + width + 1, y - 1 + flag);
  context.fill();
  if (width < WORD_PIXELS) return;
  const size = Math.min(palette.fontPixels, width / 9);
  context.font = `600 ${size}px ${palette.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = palette.page;
  context.fillRect(x + 1, y + height - size * 1.5, width - 2, size * 1.4);
  context.fillStyle = palette.text;
  context.fillText(`Δ ${word}`, x + size * 0.4, y + height - size * 0.8, width - size * 0.8);
}

const WORD_PIXELS = 80;
