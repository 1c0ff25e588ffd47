import type { NodeState } from '../../shared/pageProtocol';
import { describeGroup, isWithoutMaster } from '../drawGroup';
import type { GroupBox, NodeBox } from '../layoutTopology';
import type { GridLayout } from './layoutGrid';
import { paintCard, paintMark, toneOf } from './paintNode';
import type { Palette } from './palette';
import type { DifferenceMarks } from '../still/differenceMarks';
import { paintDifference } from './paintDifference';
import { toStage, type Size, type Viewport } from './viewport';

export interface GridPicture {
  layout: GridLayout;
  view: Viewport;
  stage: Size;
  palette: Palette;
  troubledGroups: ReadonlySet<string>;
  selectedNodeId: string | undefined;
  changedNodeIds: ReadonlySet<string>;
  /** Found by the search. */
  foundNodeIds: ReadonlySet<string>;
  /** What is otherwise in the picture this one is compared with. */
  marks: DifferenceMarks | undefined;
}

type Context = CanvasRenderingContext2D;

/** Side of a cell on the stage, in pixels, from which on a node is drawn with its port, and with all there is to say. */
export const TILE_PIXELS = 34;
export const CARD_PIXELS = 92;

/** Draws what is seen of the grid. A node is a mark, a mark with its port, or a card, as large as it is drawn. */
export function paintGrid(context: Context, picture: GridPicture): void {
  const { layout, view, stage, palette } = picture;
  context.clearRect(0, 0, stage.width, stage.height);
  const isSeen = ({ x, y, width, height }: GroupBox | NodeBox): boolean =>
    (x + width) * view.scale + view.x > 0 &&
    x * view.scale + view.x < stage.width &&
    (y + height) * view.scale + view.y > 0 &&
    y * view.scale + view.y < stage.height;

  paintBlocks(context, layout.blocks.filter(isSeen), picture);
  const cells = layout.cells.filter(isSeen);
  const side = (cells[0]?.width ?? 0) * view.scale;
  if (side < TILE_PIXELS) paintMarks(context, cells, picture);
  else
    for (const cell of cells) {
      const rect = toStage(cell, view);
      if (side < CARD_PIXELS) paintMark(context, cell.node, rect, palette, true);
      else paintCard(context, cell.node, rect, palette);
    }
  for (const cell of cells) {
    const { id } = cell.node;
    if (picture.changedNodeIds.has(id)) outline(context, cell, picture, toneOf(cell.node, palette), 2, 1.5);
    const mark = picture.marks?.get(id);
    if (mark) paintDifference(context, mark, toStage(cell, view), palette);
    if (picture.foundNodeIds.has(id)) outline(context, cell, picture, palette.text, 2, 1);
    if (id === picture.selectedNodeId) outline(context, cell, picture, palette.select, 3, 2);
  }
}

/** The frames; of shards in trouble thick, and in the colour of the worst in them. */
function paintBlocks(context: Context, blocks: readonly GroupBox[], picture: GridPicture): void {
  const { view, palette } = picture;
  const radius = Math.min(8, 3 * view.scale);
  const toned = blocks.map(block => ({ block, tone: frameTone(block, picture) }));
  for (const tone of ['line', 'busy', 'warning', 'bad'] as const) {
    context.beginPath();
    for (const { block, tone: own } of toned) {
      if (own !== tone) continue;
      const { x, y, width, height } = toStage(block, view);
      context.roundRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(width), Math.round(height), radius);
    }
    context.fillStyle = palette.group;
    context.fill();
    context.lineWidth = tone === 'line' ? 1 : 2;
    context.strokeStyle = palette[tone];
    context.stroke();
  }
  const headerPixels = (blocks[0]?.headerHeight ?? 0) * view.scale;
  if (headerPixels < 11) return;
  const size = Math.min(palette.fontPixels, headerPixels * 0.72);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = palette.dim;
  for (const block of blocks) {
    const { x, y, width } = toStage(block, view);
    const { shard } = block.group;
    const { title } = describeGroup(block.group, 0);
    context.font = `600 ${size}px ${palette.font}`;
    const inset = 3 * view.scale;
    const room = width - 2 * inset;
    context.fillStyle = palette.text;
    context.fillText(title, x + inset, y + headerPixels / 2 + 0.5, room);
    if (!shard || shard.slots === '') continue;
    const used = context.measureText(title).width + size;
    context.font = `${size * 0.92}px ${palette.mono}`;
    const slots = context.measureText(shard.slots).width;
    if (used + slots > room) continue;
    context.fillStyle = palette.dim;
    context.fillText(shard.slots, x + inset + room - slots, y + headerPixels / 2 + 0.5);
  }
}

/** `line` where nothing is wrong. */
export function frameTone(
  { key, group }: GroupBox,
  { troubledGroups }: Pick<GridPicture, 'troubledGroups'>,
): 'line' | 'busy' | 'warning' | 'bad' {
  if (!troubledGroups.has(key)) return 'line';
  const states = new Set(group.sections.flat().map(({ state }) => state));
  if (states.has('failed') || isWithoutMaster(group)) return 'bad';
  const isBusy = ['syncing', 'loading', 'joining'].some(state => states.has(state as NodeState));
  const isLost = ['suspect', 'unreachable', 'linkDown', 'forgotten'].some(state => states.has(state as NodeState));
  return isBusy && !isLost ? 'busy' : 'warning';
}

/** The healthy ones, which are many, in one stroke each kind; the others one by one. */
function paintMarks(context: Context, cells: readonly NodeBox[], { view, palette }: GridPicture): void {
  const masters = cells.filter(
    ({ node }) => node.role === 'master' && node.state === 'ok' && node.formerShardId === undefined,
  );
  const replicas = cells.filter(({ node }) => node.role === 'replica' && node.state === 'ok');
  const side = (cells[0]?.width ?? 0) * view.scale;
  context.fillStyle = context.strokeStyle = palette.ok;
  context.beginPath();
  for (const cell of masters) {
    const { x, y } = toStage(cell, view);
    context.roundRect(x + side * 0.1, y + side * 0.1, side * 0.8, side * 0.8, side * 0.15);
  }
  context.fill();
  context.lineWidth = Math.max(1, side * 0.1);
  context.beginPath();
  for (const cell of replicas) {
    const { x, y } = toStage(cell, view);
    context.moveTo(x + side * 0.88, y + side / 2);
    context.arc(x + side / 2, y + side / 2, side * 0.38, 0, Math.PI * 2);
  }
  context.stroke();
  const done = new Set([...masters, ...replicas]);
  for (const cell of cells) if (!done.has(cell)) paintMark(context, cell.node, toStage(cell, view), palette, false);
}

function outline(
  context: Context,
  cell: NodeBox,
  { view }: GridPicture,
  colour: string,
  width: number,
  gap: number,
): void {
  const rect = toStage(cell, view);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.beginPath();
  context.roundRect(rect.x - gap, rect.y - gap, rect.width + 2 * gap, rect.height + 2 * gap, 3);
  context.stroke();
}
