import type { PageNode } from '../../shared/pageProtocol';
import { isSameData } from '../../shared/sameData';
import type { GroupBox, NodeBox, Rect } from '../layoutTopology';
import { CARD_PIXELS, paintGrid, type GridPicture } from './paintGrid';
import { toStage } from './viewport';

/** Above this part of them all are painted: that takes no longer. */
const MOST_APART = 0.25;
/** What is drawn of a block and its nodes reaches no farther beyond it, in pixels of the stage. */
const REACH = 4;

/** Paints what looks otherwise than in the picture that was painted before; all of it where that is unknown or much. */
export function repaintGrid(context: CanvasRenderingContext2D, picture: GridPicture, before?: GridPicture): void {
  const changed = before && changedBlocks(before, picture);
  if (!changed || changed.length > picture.layout.blocks.length * MOST_APART) return paintGrid(context, picture);
  for (const block of changed) paintAround(context, picture, block);
}

/** The blocks that look otherwise; undefined where the picture as a whole does. */
function changedBlocks(before: GridPicture, after: GridPicture): GroupBox[] | undefined {
  const { view, stage, layout } = after;
  const isInPlace =
    before.palette === after.palette &&
    isSameData(before.view, view) &&
    isSameData(before.stage, stage) &&
    // What another picture has otherwise may be anywhere.
    before.marks === undefined &&
    after.marks === undefined &&
    isSamePlaces(before.layout.blocks, layout.blocks) &&
    isSamePlaces(before.layout.cells, layout.cells);
  if (!isInPlace) return undefined;
  const isCard = (layout.cells[0]?.width ?? 0) * view.scale >= CARD_PIXELS;
  const changed = new Set<string>();
  layout.cells.forEach(({ node, groupKey }, index) => {
    const earlier = before.layout.cells[index]!.node;
    const isAlike = earlier === node || (!isCard && isMarkedAlike(earlier, node));
    if (!isAlike || outlinesOf(before, node.id) !== outlinesOf(after, node.id)) changed.add(groupKey);
  });
  return layout.blocks.filter(
    (block, index) => changed.has(block.key) || !isFramedAlike(before, before.layout.blocks[index]!, after, block),
  );
}

function paintAround(context: CanvasRenderingContext2D, picture: GridPicture, block: GroupBox): void {
  const { layout, view } = picture;
  const area = expand(toStage(block, view));
  const blocks = layout.blocks.filter(each => overlaps(expand(toStage(each, view)), area));
  const keys = new Set(blocks.map(({ key }) => key));
  const cells = layout.cells.filter(({ groupKey }) => keys.has(groupKey));
  // Between two pixels the edge would blend what is old with what is new.
  const ratio = context.getTransform().a;
  const [left, top] = [Math.floor(area.x * ratio) / ratio, Math.floor(area.y * ratio) / ratio];
  const right = Math.ceil((area.x + area.width) * ratio) / ratio;
  const bottom = Math.ceil((area.y + area.height) * ratio) / ratio;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  paintGrid(context, { ...picture, layout: { ...layout, blocks, cells } });
  context.restore();
}

function isSamePlaces(before: readonly (GroupBox | NodeBox)[], after: readonly (GroupBox | NodeBox)[]): boolean {
  return (
    before.length === after.length &&
    after.every(({ key, x, y, width, height }, index) => {
      const was = before[index]!;
      return was.key === key && was.x === x && was.y === y && was.width === width && was.height === height;
    })
  );
}

/** A mark, with its port or without, shows no more of a node. */
function isMarkedAlike(one: PageNode, other: PageNode): boolean {
  return (
    one.role === other.role &&
    one.state === other.state &&
    one.name === other.name &&
    one.stopped === other.stopped &&
    (one.formerShardId === undefined) === (other.formerShardId === undefined)
  );
}

function outlinesOf({ selectedNodeId, changedNodeIds, foundNodeIds }: GridPicture, id: string): number {
  return Number(changedNodeIds.has(id)) + 2 * Number(foundNodeIds.has(id)) + 4 * Number(id === selectedNodeId);
}

/** The colour of a frame that is in trouble comes from its nodes. */
function isFramedAlike(before: GridPicture, one: GroupBox, after: GridPicture, other: GroupBox): boolean {
  const { group } = other;
  return (
    before.troubledGroups.has(other.key) === after.troubledGroups.has(other.key) &&
    one.group.missing === group.missing &&
    one.group.title === group.title &&
    one.group.shard?.slots === group.shard?.slots
  );
}

function expand({ x, y, width, height }: Rect): Rect {
  return { x: x - REACH, y: y - REACH, width: width + 2 * REACH, height: height + 2 * REACH };
}

function overlaps(one: Rect, other: Rect): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
