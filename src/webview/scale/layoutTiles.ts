import type { PageNode, Snapshot } from '../../shared/pageProtocol';
import { groupNodes, type NodeGroup } from '../groupNodes';
import { chooseSizes } from '../layoutSizes';
import { placeGrid, type Box, type Layout, type Rect } from '../layoutTopology';
import { findTroubles } from './troubles';

export interface TilesOptions {
  /** Pixels there are, side to side. */
  width: number;
  /** The reader's font size over 13 px. */
  scale?: number;
}

/**
 * A small tile per shard in slot order: its master by name, its replicas as marks. A shard in trouble grows to a column of
 * cards and stands before all others; its tile's place stays empty, so that no other shard moves.
 */
export function layoutTiles(snapshot: Snapshot, { width, scale = 1 }: TilesOptions): Layout {
  const sizes = scaleSizes(scale);
  const available = Math.max(Math.floor(width), NARROWEST);
  const groups = groupNodes(snapshot, 'shard');
  const { groupKeys } = findTroubles(snapshot, groups);
  const main = groups.filter(({ kind }) => kind === 'shard');
  const front = main.filter(({ key }) => groupKeys.has(key));
  const trays = groups.filter(({ kind }) => kind !== 'shard');

  const cards = placeGrid(front, { x: 0, y: 0, width: available }, chooseSizes(true, scale));
  const boxes: Box[] = [...cards.boxes];
  let y = front.length === 0 ? 0 : cards.height + sizes.section;
  const isFront = new Set(front);
  y = placeTiles(boxes, main, { y, width: available }, sizes, group => isFront.has(group));
  for (const tray of trays) y = placeTray(boxes, tray, { y, width: available }, sizes);
  return { boxes, width: Math.max(available, cards.width), height: Math.max(0, y - sizes.gap), dense: true };
}

const NARROWEST = 200;

interface TileSizes {
  tile: number;
  widest: number;
  header: number;
  cell: number;
  cellGap: number;
  padding: number;
  gap: number;
  section: number;
  /** A node with its name. */
  named: number;
}

function scaleSizes(scale: number): TileSizes {
  const sizes: TileSizes = {
    tile: 186,
    widest: 250,
    header: 25,
    cell: 30,
    cellGap: 4,
    padding: 6,
    gap: 10,
    section: 22,
    named: 150,
  };
  return Object.fromEntries(
    Object.entries(sizes).map(([name, size]: [string, number]) => [name, Math.round(size * scale)]),
  ) as unknown as TileSizes;
}

interface Area {
  y: number;
  width: number;
}

/** Returns where the next thing may begin. */
function placeTiles(
  boxes: Box[],
  groups: readonly NodeGroup[],
  { y: start, width: available }: Area,
  sizes: TileSizes,
  isElsewhere: (group: NodeGroup) => boolean,
): number {
  const fitting = Math.max(1, Math.floor((available + sizes.gap) / (sizes.tile + sizes.gap)));
  const perRow = Math.min(fitting, Math.max(1, groups.length));
  const width = Math.min(Math.floor((available - (perRow - 1) * sizes.gap) / perRow), sizes.widest);
  let y = start;
  for (let first = 0; first < groups.length; first += perRow) {
    const row = groups.slice(first, first + perRow);
    // Also of one that stands elsewhere: when it is back, nobody moves.
    const height = Math.max(...row.map(group => tileHeight(group, width, sizes)));
    row.forEach((group, index) => {
      const rect = { x: index * (width + sizes.gap), y, width, height };
      if (isElsewhere(group))
        boxes.push({
          kind: 'vacancy',
          key: `${group.key}/above`,
          groupKey: group.key,
          missing: 'above',
          name: group.title,
          ...rect,
        });
      else placeTile(boxes, group, rect, sizes);
    });
    y += height + sizes.gap;
  }
  return y;
}

function placeTile(boxes: Box[], group: NodeGroup, rect: Rect, sizes: TileSizes): void {
  const { header, cell, cellGap, padding } = sizes;
  const { key } = group;
  boxes.push({ kind: 'group', form: 'tile', key, groupKey: key, group, headerHeight: header, ...rect });
  const { masters, replicas } = halves(group);
  const beside = pipsBeside(group, rect.width, sizes);
  const right = rect.x + rect.width - padding;
  const pipsLeft = right - beside * (cell + cellGap) + cellGap;
  const left = rect.x + padding;
  const y = rect.y + header;
  const vacancy = (missing: 'master' | 'replica', x: number, width: number) =>
    boxes.push({ kind: 'vacancy', key: `${key}/${missing}`, groupKey: key, missing, x, y, width, height: cell });
  const masterWidth =
    (group.missing === 'replica' ? left + Math.floor((right - left) * 0.62) : pipsLeft) - cellGap - left;
  if (masters[0]) boxes.push(nodeBox(masters[0], key, { x: left, y, width: masterWidth, height: cell }));
  else vacancy('master', left, masterWidth);
  if (group.missing === 'replica')
    vacancy('replica', left + masterWidth + cellGap, right - left - masterWidth - cellGap);
  replicas.slice(0, beside).forEach((node, index) => {
    const x = pipsLeft + index * (cell + cellGap);
    boxes.push(nodeBox(node, key, { x, y, width: cell, height: cell }));
  });
  const perRow = pipsPerRow(rect.width, sizes);
  replicas.slice(beside).forEach((node, index) => {
    const x = left + (index % perRow) * (cell + cellGap);
    const top = y + (1 + Math.floor(index / perRow)) * (cell + cellGap);
    boxes.push(nodeBox(node, key, { x, y: top, width: cell, height: cell }));
  });
}

function placeTray(boxes: Box[], group: NodeGroup, { y, width }: Area, sizes: TileSizes): number {
  const { header, cell, cellGap, padding, gap, named } = sizes;
  const { key } = group;
  const nodes = group.sections.flat();
  const perRow = Math.max(1, Math.floor((width - 2 * padding + cellGap) / (named + cellGap)));
  const each = Math.floor((width - 2 * padding - (perRow - 1) * cellGap) / perRow);
  const height = header + Math.ceil(nodes.length / perRow) * (cell + cellGap) - cellGap + padding;
  boxes.push({ kind: 'group', form: 'tile', key, groupKey: key, group, headerHeight: header, x: 0, y, width, height });
  nodes.forEach((node, index) => {
    const x = padding + (index % perRow) * (each + cellGap);
    const top = y + header + Math.floor(index / perRow) * (cell + cellGap);
    boxes.push(nodeBox(node, key, { x, y: top, width: each, height: cell }));
  });
  return y + height + gap;
}

function nodeBox(node: PageNode, groupKey: string, rect: Rect): Box {
  return { kind: 'node', form: 'tile', key: `node:${node.id}`, groupKey, node, ...rect };
}

/** A shard without a master has the first of its nodes among the replicas. */
function halves({ sections }: NodeGroup): { masters: readonly PageNode[]; replicas: readonly PageNode[] } {
  const [first = [], ...rest] = sections;
  return { masters: first.slice(0, 1), replicas: [...first.slice(1), ...rest.flat()] };
}

const MOST_BESIDE = 3;

function pipsBeside(group: NodeGroup, width: number, sizes: TileSizes): number {
  const room = Math.floor((width - 2 * sizes.padding) / 2 / (sizes.cell + sizes.cellGap));
  return Math.min(halves(group).replicas.length, MOST_BESIDE, Math.max(1, room));
}

function pipsPerRow(width: number, { padding, cell, cellGap }: TileSizes): number {
  return Math.max(1, Math.floor((width - 2 * padding + cellGap) / (cell + cellGap)));
}

function tileHeight(group: NodeGroup, width: number, sizes: TileSizes): number {
  const further = halves(group).replicas.length - pipsBeside(group, width, sizes);
  const rows = 1 + Math.max(0, Math.ceil(further / pipsPerRow(width, sizes)));
  return sizes.header + rows * (sizes.cell + sizes.cellGap) - sizes.cellGap + sizes.padding;
}
