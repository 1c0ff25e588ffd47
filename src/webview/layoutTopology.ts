import type { PageNode, Snapshot } from '../shared/pageProtocol';
import { groupNodes, type GroupBy, type NodeGroup } from './groupNodes';
import { chooseSizes, isDense, type Sizes } from './layoutSizes';

/** Pixels, from the top left corner of the graph. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface BoxBase extends Rect {
  key: string;
  groupKey: string;
  /** Drawn small: one line for a group, a mark with or without a name for a node. */
  form?: 'tile';
}
export interface GroupBox extends BoxBase {
  kind: 'group';
  group: NodeGroup;
  /** The part above the nodes. */
  headerHeight: number;
}
export interface NodeBox extends BoxBase {
  kind: 'node';
  node: PageNode;
}
/** A marked empty place in a shard; `above`: the place of a shard that stands before the others for now. */
interface VacancyBox extends BoxBase {
  kind: 'vacancy';
  missing: 'master' | 'replica' | 'above';
  /** Whose place it is, where the box does not stand in its group. */
  name?: string;
}
export type Box = GroupBox | NodeBox | VacancyBox;

export interface LayoutOptions {
  /** Pixels there are, side to side. */
  width: number;
  groupBy: GroupBy;
  /** The reader's font size over 13 px: boxes grow with the text in them. */
  scale?: number;
}

export interface Layout {
  /** In reading order: a group, its nodes, the next group. */
  boxes: Box[];
  width: number;
  height: number;
  /** Small cards, for more nodes than a reader takes in one by one. */
  dense: boolean;
}

/**
 * Where everything stands: a box per shard or host in rows, spares in a tray at the side, or below where there is no
 * room. Depends on its arguments alone; nothing overlaps; every node has exactly one box, whatever its state.
 */
export function layoutTopology(snapshot: Snapshot, { width, groupBy, scale = 1 }: LayoutOptions): Layout {
  const dense = isDense(snapshot.nodes.length);
  const sizes = chooseSizes(dense, scale);
  const available = Math.max(Math.floor(width), NARROWEST);
  const groups = groupNodes(snapshot, groupBy);
  const main = groups.filter(isMain);
  const trays = groups.filter(group => !isMain(group));

  if (main.length === 0 || trays.length === 0) {
    const area = placeGrid(groups, { x: 0, y: 0, width: available }, sizes);
    return { ...area, dense };
  }
  const traysBeside = canStandBeside(main, trays, available, sizes);
  const mainWidth = traysBeside ? available - sizes.column - sizes.trayGap : available;
  const mainArea = placeGrid(main, { x: 0, y: 0, width: mainWidth }, sizes);
  const trayArea = placeStack(
    trays,
    traysBeside
      ? { x: mainArea.width + sizes.trayGap, y: 0, width: sizes.column }
      : { x: 0, y: mainArea.height + sizes.gap, width: mainArea.width },
    sizes,
  );
  return {
    boxes: [...mainArea.boxes, ...trayArea.boxes],
    width: Math.max(mainArea.width, trayArea.width),
    height: Math.max(mainArea.height, trayArea.height),
    dense,
  };
}

/** The graph never gets narrower; the page scrolls sideways instead. */
const NARROWEST = 200;
const SPARES_BESIDE = 8;

function isMain(group: NodeGroup): boolean {
  return group.kind === 'shard' || group.kind === 'host';
}

/** Room for few spares at the side, as long as they do not push shards or hosts into another row. */
function canStandBeside(main: readonly NodeGroup[], trays: readonly NodeGroup[], width: number, sizes: Sizes): boolean {
  const held = trays.reduce((sum, group) => sum + group.sections.flat().length, 0);
  const left = width - sizes.column - sizes.trayGap;
  if (held > SPARES_BESIDE || left < sizes.column) return false;
  return countRows(main, left, sizes) === countRows(main, width, sizes);
}

/** With one column of cards in each group; they get more only where that takes no more rows. */
function countRows(groups: readonly NodeGroup[], width: number, sizes: Sizes): number {
  return Math.ceil(groups.length / countFitting(width, sizes.column, sizes.gap));
}

interface Area {
  boxes: Box[];
  width: number;
  height: number;
}
type Start = Pick<Rect, 'x' | 'y' | 'width'>;

/** Rows of equally wide groups, as even as the width allows; the groups of a row are equally high. */
export function placeGrid(groups: readonly NodeGroup[], start: Start, sizes: Sizes): Area {
  if (groups.length === 0) return { boxes: [], width: start.x, height: start.y };
  const perRow = Math.ceil(groups.length / countRows(groups, start.width, sizes));
  const innerColumns = chooseInnerColumns(groups, perRow, start.width, sizes);
  const share = Math.floor((start.width - (perRow - 1) * sizes.gap) / perRow);
  const widest = groupWidth(innerColumns, sizes.widestColumn, sizes);
  // Where there is too little room for one more column of cards, they take it: none of the width stays empty.
  const width = innerColumns < mostInnerColumns(groups) ? share : Math.min(share, widest);
  const boxes: Box[] = [];
  let y = start.y;
  for (let first = 0; first < groups.length; first += perRow) {
    const row = groups.slice(first, first + perRow);
    const height = Math.max(...row.map(group => groupHeight(group, innerColumns, sizes)));
    row.forEach((group, index) => {
      const x = start.x + index * (width + sizes.gap);
      boxes.push(...placeGroup(group, { x, y, width, height }, innerColumns, sizes));
    });
    y += height + sizes.gap;
  }
  return {
    boxes,
    width: start.x + Math.min(perRow, groups.length) * (width + sizes.gap) - sizes.gap,
    height: y - sizes.gap,
  };
}

/** Groups below each other, each as wide as the area. */
function placeStack(groups: readonly NodeGroup[], start: Start, sizes: Sizes): Area {
  const boxes: Box[] = [];
  let y = start.y;
  for (const group of groups) {
    const cardWidth = sizes.column - 2 * sizes.padding;
    const innerColumns = countFitting(start.width - 2 * sizes.padding, cardWidth, sizes.cardGap);
    const height = groupHeight(group, innerColumns, sizes);
    boxes.push(...placeGroup(group, { ...start, y, height }, innerColumns, sizes));
    y += height + sizes.gap;
  }
  return { boxes, width: start.x + start.width, height: y - sizes.gap };
}

function placeGroup(group: NodeGroup, rect: Rect, innerColumns: number, sizes: Sizes): Box[] {
  const { padding, cardGap, card, vacancy, header } = sizes;
  const width = Math.floor((rect.width - 2 * padding - (innerColumns - 1) * cardGap) / innerColumns);
  const left = rect.x + padding;
  const boxes: Box[] = [{ key: group.key, groupKey: group.key, kind: 'group', group, headerHeight: header, ...rect }];
  let y = rect.y + header;
  const placeVacancy = (missing: 'master' | 'replica') => {
    const key = `${group.key}/${missing}`;
    const full = rect.width - 2 * padding;
    boxes.push({ key, groupKey: group.key, kind: 'vacancy', missing, x: left, y, width: full, height: vacancy });
    y += vacancy + cardGap;
  };
  if (group.missing === 'master') placeVacancy('master');
  for (const section of group.sections) {
    section.forEach((node, index) => {
      const x = left + (index % innerColumns) * (width + cardGap);
      const top = y + Math.floor(index / innerColumns) * (card + cardGap);
      const key = `node:${node.id}`;
      boxes.push({ key, groupKey: group.key, kind: 'node', node, x, y: top, width, height: card });
    });
    y += Math.ceil(section.length / innerColumns) * (card + cardGap);
  }
  if (group.missing === 'replica') placeVacancy('replica');
  return boxes;
}

function groupHeight(
  group: NodeGroup,
  innerColumns: number,
  { header, card, cardGap, vacancy, padding }: Sizes,
): number {
  const rows = group.sections.reduce((sum, section) => sum + Math.ceil(section.length / innerColumns), 0);
  return header + rows * (card + cardGap) + (group.missing ? vacancy + cardGap : 0) - cardGap + padding;
}

/** As many columns of cards in a group as there is room for beside the others of its row: one host with six nodes, say. */
function chooseInnerColumns(groups: readonly NodeGroup[], perRow: number, width: number, sizes: Sizes): number {
  const takes = (columns: number): number =>
    perRow * (groupWidth(columns, sizes.column, sizes) + sizes.gap) - sizes.gap;
  for (let columns = mostInnerColumns(groups); columns > 1; columns--) if (takes(columns) <= width) return columns;
  return 1;
}

/** A shard stands in one column, its master on top. */
function mostInnerColumns(groups: readonly NodeGroup[]): number {
  if (groups.some(group => group.kind === 'shard')) return 1;
  return Math.max(1, ...groups.flatMap(group => group.sections.map(section => section.length)));
}

function groupWidth(innerColumns: number, column: number, { padding, cardGap }: Sizes): number {
  return innerColumns * (column - 2 * padding) + (innerColumns - 1) * cardGap + 2 * padding;
}

function countFitting(width: number, each: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (each + gap)));
}
