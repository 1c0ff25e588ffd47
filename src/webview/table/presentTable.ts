import type { Snapshot } from '../../shared/pageProtocol';
import type { Figures } from '../numbers/sparkline';
import type { DifferenceMarks } from '../still/differenceMarks';
import { fitColumns, type Column, type Row } from './columns';
import { toCsv, toMarkdown } from './exportRows';
import { filterRows } from './filterRows';
import { nodeColumns, nodeRows } from './nodeColumns';
import { shardColumns, shardRows } from './shardColumns';
import { sortRows, type Sort } from './sortRows';

export type TableKind = 'nodes' | 'shards';
export const tableKinds: readonly TableKind[] = ['nodes', 'shards'];

/** What the reader chose to see. */
export interface TableChoice {
  kind: TableKind;
  filter: string;
  sort?: Sort;
  allColumns: boolean;
}

export interface Cell {
  text: string;
  figures?: Figures;
}

export interface ShownColumn {
  id: string;
  title: string;
  /** Ems. */
  width: number;
  numeric?: true;
  /** Of all rows shown; empty where there is none. */
  total: string;
}

/** A table as it is to be drawn. Cells are worked out when they are asked for: most are never seen. */
export interface PresentedTable {
  columns: readonly ShownColumn[];
  /** Columns there is no room for. */
  hiddenColumns: number;
  rows: readonly Row[];
  /** Before the filter. */
  allRows: number;
  cells: (rowIndex: number) => readonly Cell[];
  csv: () => string;
  markdown: () => string;
}

/** Filters and sorts; chooses the columns for a width in ems. */
export function presentTable(
  snapshot: Snapshot,
  choice: TableChoice,
  width: number,
  marks?: DifferenceMarks,
): PresentedTable {
  return choice.kind === 'nodes'
    ? present(nodeRows(snapshot, marks), nodeColumns(snapshot), choice, width)
    : present(shardRows(snapshot), shardColumns, choice, width);
}

function present<Thing extends Row>(
  all: readonly Thing[],
  columns: readonly Column<Thing>[],
  { filter, sort, allColumns }: TableChoice,
  width: number,
): PresentedTable {
  const rows = sortRows(filterRows(all, filter), columns, sort);
  const shown = allColumns ? columns : fitColumns(columns, width);
  return {
    columns: shown.map(({ id, title, width, numeric, total }) => ({
      id,
      title,
      width,
      ...(numeric && { numeric }),
      total: total?.(rows) ?? '',
    })),
    hiddenColumns: columns.length - fitColumns(columns, width).length,
    rows,
    allRows: all.length,
    cells: index => {
      const row = rows[index];
      return row === undefined ? [] : shown.map(column => cellOf(row, column));
    },
    csv: () => toCsv(rows, columns),
    markdown: () => toMarkdown(rows, shown),
  };
}

function cellOf<Thing>(thing: Thing, { text, figures }: Column<Thing>): Cell {
  return { text: text(thing), ...(figures && { figures: figures(thing) }) };
}
