import type { NodeState, PageNode } from '../../shared/pageProtocol';
import { markerLetter } from '../drawMarker';
import { describeFigures } from '../drawNode';
import type { Rect } from '../layoutTopology';
import { strings } from '../strings';
import type { Palette } from './palette';

type Context = CanvasRenderingContext2D;

/** The colour that repeats what shape, stroke and letter say. */
export function toneOf({ state }: PageNode, palette: Palette): string {
  return palette[tones[state]];
}

const tones: Record<NodeState, 'ok' | 'warning' | 'bad' | 'busy' | 'dim'> = {
  ok: 'ok',
  spare: 'dim',
  suspect: 'warning',
  unreachable: 'warning',
  forgotten: 'warning',
  failed: 'bad',
  syncing: 'busy',
  linkDown: 'busy',
  loading: 'busy',
  joining: 'busy',
};

/**
 * The mark of a node as the cards have it: square for a master, round for a replica; dashed, dotted, crossed or hatched by
 * its state. With room below it, the port.
 */
export function paintMark(context: Context, node: PageNode, rect: Rect, palette: Palette, named: boolean): void {
  const tone = toneOf(node, palette);
  const side = named ? rect.height * 0.58 : rect.width * 0.8;
  const x = rect.x + (rect.width - side) / 2;
  const y = rect.y + (named ? rect.height * 0.05 : (rect.height - side) / 2);
  const isPlainMaster = node.role === 'master' && node.state === 'ok';
  context.lineWidth = Math.max(1.2, side * 0.08);
  context.strokeStyle = context.fillStyle = tone;
  context.setLineDash(dashes[node.state]?.map(part => (part * side) / 12) ?? []);
  context.beginPath();
  if (node.role === 'master') context.roundRect(x, y, side, side, side * 0.18);
  else context.arc(x + side / 2, y + side / 2, side / 2, 0, Math.PI * 2);
  if (isPlainMaster) context.fill();
  else context.stroke();
  context.setLineDash([]);
  if (node.state === 'failed') paintCross(context, x, y, side);
  else if (hatched.has(node.state)) paintHatch(context, x, y, side);
  else if (side >= 11) paintLetter(context, node, { x, y, side }, isPlainMaster ? palette.page : palette.text, palette);
  if (named) paintName(context, node, rect, palette);
}

/** All a card says, one line below the other, as far as there is room. */
export function paintCard(context: Context, node: PageNode, rect: Rect, palette: Palette): void {
  const tone = toneOf(node, palette);
  const isWell = node.state === 'ok' || node.state === 'spare';
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.width, rect.height, 6);
  context.fillStyle = palette.card;
  context.fill();
  context.lineWidth = isWell ? 1 : 2;
  context.strokeStyle = isWell ? palette.line : tone;
  context.setLineDash(dashes[node.state] ?? []);
  context.stroke();
  context.setLineDash([]);
  const inset = rect.width * 0.06;
  const size = Math.min(palette.fontPixels, rect.width / 8.5);
  const mark = size * 2.2;
  paintMark(context, node, { x: rect.x + inset, y: rect.y + inset, width: mark, height: mark }, palette, false);
  const line = (text: string, weight: 400 | 600, colour: string) => ({ text, weight, colour });
  const lines = [
    line(strings.role(node), 400, palette.dim),
    line(node.stateText, 600, isWell ? palette.text : tone),
    line(node.name, 600, palette.text),
    line(node.hostLabel, 400, palette.dim),
    ...(node.slots === '' ? [] : [line(node.slots, 400, palette.dim)]),
    ...describeFigures(node, 'shard').map(text => line(text, 400, palette.dim)),
  ];
  context.textAlign = 'left';
  context.textBaseline = 'top';
  const top = rect.y + inset;
  const right = rect.x + rect.width - inset;
  lines.forEach(({ text, weight, colour }, index) => {
    // The first two stand beside the mark.
    const left = index < 2 ? rect.x + inset * 1.6 + mark : rect.x + inset;
    const y = index < 2 ? top + index * size * 1.2 : top + mark + size * (0.5 + (index - 2) * 1.35);
    if (y + size > rect.y + rect.height - inset / 2) return;
    context.font = `${weight} ${size}px ${palette.font}`;
    context.fillStyle = colour;
    const fits = context.measureText(text).width <= (right - left) * NARROWEST;
    const shown = fits ? text : shorten(context, text, right - left);
    context.fillText(shown, left, y, right - left);
  });
}

/** Characters. */
const SHORT = 14;

/** A text may be squeezed so much before it is cut. */
const NARROWEST = 1.25;

const dashes: Partial<Record<NodeState, number[]>> = {
  suspect: [3, 2],
  unreachable: [3, 2],
  forgotten: [3, 2],
  joining: [1, 2],
  spare: [3, 1.5, 0.5, 1.5],
};

const hatched: ReadonlySet<NodeState> = new Set<NodeState>(['syncing', 'linkDown', 'loading']);

function paintCross(context: Context, x: number, y: number, side: number): void {
  context.lineWidth = Math.max(1.8, side * 0.14);
  context.beginPath();
  for (const [fromY, toY] of [
    [0.12, 0.88],
    [0.88, 0.12],
  ] as const) {
    context.moveTo(x + side * 0.12, y + side * fromY);
    context.lineTo(x + side * 0.88, y + side * toY);
  }
  context.stroke();
}

function paintHatch(context: Context, x: number, y: number, side: number): void {
  context.beginPath();
  for (const shift of [-0.22, 0, 0.22]) {
    context.moveTo(x + side * (0.26 + shift / 2), y + side * (0.74 + shift / 2));
    context.lineTo(x + side * (0.74 + shift / 2), y + side * (0.26 + shift / 2));
  }
  context.stroke();
}

function paintLetter(
  context: Context,
  node: PageNode,
  at: { x: number; y: number; side: number },
  colour: string,
  palette: Palette,
): void {
  context.font = `700 ${at.side * 0.52}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colour;
  context.fillText(markerLetter(node.role, node.state), at.x + at.side / 2, at.y + at.side * 0.54);
}

/** The end of the name is what tells nodes apart: the port, or the last of a long host. */
function paintName(context: Context, node: PageNode, rect: Rect, palette: Palette): void {
  const size = Math.min(palette.fontPixels, rect.height * 0.25);
  const colon = node.name.lastIndexOf(':');
  context.font = `${size}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = palette.text;
  context.fillText(
    colon < 0 ? node.name : node.name.slice(colon + 1),
    rect.x + rect.width / 2,
    rect.y + rect.height * 0.83,
    rect.width,
  );
}

/** Cut in the middle; what is short is rather squeezed. */
function shorten(context: Context, text: string, room: number): string {
  if (text.length <= SHORT || context.measureText(text).width <= room) return text;
  const tail = text.slice(-8);
  for (let keep = Math.min(text.length - 8, 40); keep > 0; keep--) {
    const shown = `${text.slice(0, keep)}…${tail}`;
    if (context.measureText(shown).width <= room) return shown;
  }
  return tail;
}
