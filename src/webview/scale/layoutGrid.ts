import type { NodeGroup } from '../groupNodes';
import type { GroupBox, NodeBox } from '../layoutTopology';
import type { Size } from './viewport';

/** Units of the picture, pixels at scale 1. */
const CELL = 16;
const CELL_GAP = 2;
const PADDING = 3;
const HEADER = 7;
const BLOCK_GAP = 6;
/** Cells side by side in a block, at most; a larger shard takes more rows. */
const MOST_COLUMNS = 6;

export interface GridLayout extends Size {
  blocks: GroupBox[];
  /** In reading order. */
  cells: NodeBox[];
}

/**
 * A cell per node and a block per shard, row after row in slot order, trays last. How many blocks stand in a row depends on
 * the shape of the stage and, coarsely, on how many there are: never on how anybody is.
 */
export function layoutGrid(groups: readonly NodeGroup[], stage: Size): GridLayout {
  const main = groups.filter(({ kind }) => kind === 'shard' || kind === 'host');
  const trays = groups.filter(group => !main.includes(group));
  const columns = chooseColumns(main);
  const width = blockWidth(columns);
  const perRow = choosePerRow(main, trays.length, columns, stage);
  const full = Math.max(1, perRow * (width + BLOCK_GAP) - BLOCK_GAP);
  const layout: GridLayout = { blocks: [], cells: [], width: full + 2 * BLOCK_GAP, height: 0 };

  let y = BLOCK_GAP;
  for (let first = 0; first < main.length; first += perRow) {
    const row = main.slice(first, first + perRow);
    const height = Math.max(...row.map(group => blockHeight(group, columns)));
    row.forEach((group, index) =>
      place(layout, group, { x: BLOCK_GAP + index * (width + BLOCK_GAP), y, width, height }, columns),
    );
    y += height + BLOCK_GAP;
  }
  const trayColumns = Math.max(1, Math.floor((full - 2 * PADDING + CELL_GAP) / (CELL + CELL_GAP)));
  for (const tray of trays) {
    const height = blockHeight(tray, trayColumns);
    place(layout, tray, { x: BLOCK_GAP, y, width: full, height }, trayColumns);
    y += height + BLOCK_GAP;
  }
  layout.height = y;
  return layout;
}

/** Most shards fit into one row of cells. */
function chooseColumns(groups: readonly NodeGroup[]): number {
  const sizes = groups.map(sizeOf).sort((a, b) => a - b);
  return Math.min(MOST_COLUMNS, Math.max(1, sizes[Math.floor(sizes.length * 0.9)] ?? 1));
}

/** As many as let all be seen as large as can be. */
function choosePerRow(groups: readonly NodeGroup[], trays: number, columns: number, stage: Size): number {
  // In steps: one shard more must not move all others.
  const count = Math.ceil(Math.max(1, groups.length) / 8) * 8;
  const heights = groups.reduce((sum, group) => sum + blockHeight(group, columns), 0) / Math.max(1, groups.length);
  const height = Math.max(heights, blockHeight(undefined, columns)) + BLOCK_GAP;
  const width = blockWidth(columns) + BLOCK_GAP;
  let best = { perRow: 1, scale: 0 };
  for (let perRow = 1; perRow <= count; perRow++) {
    const scale = Math.min(
      stage.width / (perRow * width),
      stage.height / ((Math.ceil(count / perRow) + trays) * height),
    );
    if (scale > best.scale) best = { perRow, scale };
  }
  return Math.min(best.perRow, Math.max(1, groups.length));
}

function place(
  layout: GridLayout,
  group: NodeGroup,
  rect: Omit<GroupBox, 'kind' | 'key' | 'groupKey' | 'group' | 'headerHeight'>,
  columns: number,
): void {
  const { key } = group;
  layout.blocks.push({ kind: 'group', key, groupKey: key, group, headerHeight: HEADER, ...rect });
  group.sections.flat().forEach((node, index) => {
    layout.cells.push({
      kind: 'node',
      key: `node:${node.id}`,
      groupKey: key,
      node,
      x: rect.x + PADDING + (index % columns) * (CELL + CELL_GAP),
      y: rect.y + HEADER + Math.floor(index / columns) * (CELL + CELL_GAP),
      width: CELL,
      height: CELL,
    });
  });
}

function blockWidth(columns: number): number {
  return columns * (CELL + CELL_GAP) - CELL_GAP + 2 * PADDING;
}

function blockHeight(group: NodeGroup | undefined, columns: number): number {
  const rows = Math.max(1, Math.ceil((group ? sizeOf(group) : 1) / columns));
  return HEADER + rows * (CELL + CELL_GAP) - CELL_GAP + PADDING;
}

function sizeOf({ sections }: NodeGroup): number {
  return sections.reduce((sum, section) => sum + section.length, 0);
}
