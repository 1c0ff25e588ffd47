import type { PageNode, PageShard } from '../../shared/pageProtocol';
import type { Figures } from '../numbers/sparkline';
import { tableStrings } from './tableStrings';

/** A column of a table over things of one sort. */
export interface Column<Thing> {
  id: string;
  title: string;
  /** For hovering; what the title leaves out. */
  hint?: string;
  /** Ems it needs. */
  width: number;
  /** The lower, the longer it stays when there is little room; 0 always does. */
  rank: number;
  numeric?: true;
  text: (thing: Thing) => string;
  /** What it is sorted by; what is undefined comes last, whichever way. */
  value: (thing: Thing) => number | string | undefined;
  /** What goes into a CSV file where `value` is only for sorting. */
  exported?: (thing: Thing) => number | string | undefined;
  /** A line over the last minute in the place of the text. */
  figures?: (thing: Thing) => Figures;
  /** What all shown things have together. */
  total?: (things: readonly Thing[]) => string;
}

/** A line of the table: what it is about, and the node that a click selects. */
export interface Row {
  /** Unique, and the same on every poll. */
  key: string;
  /** Absent for a shard without a master. */
  node?: PageNode;
  shard?: PageShard;
}

/** Those that have room, in their own order: by rank, and always the first. `width` in ems. */
export function fitColumns<Thing>(columns: readonly Column<Thing>[], width: number): Column<Thing>[] {
  let left = width;
  const chosen = new Set<Column<Thing>>();
  for (const column of [...columns].sort((a, b) => a.rank - b.rank)) {
    if (column.rank > 0 && column.width > left) break;
    chosen.add(column);
    left -= column.width;
  }
  return columns.filter(column => chosen.has(column));
}

type ColumnId = keyof typeof tableStrings.columns;

export function textColumn<Thing>(
  id: ColumnId,
  width: number,
  rank: number,
  text: (thing: Thing) => string,
  rest: Partial<Column<Thing>> = {},
): Column<Thing> {
  return { id, title: tableStrings.columns[id], width, rank, text, value: thing => text(thing) || undefined, ...rest };
}

/** Empty where it is not known. */
export function figureColumn<Thing>(
  id: ColumnId,
  width: number,
  rank: number,
  value: (thing: Thing) => number | undefined,
  format: (value: number) => string,
  rest: Partial<Column<Thing>> = {},
): Column<Thing> {
  const text = (thing: Thing): string => {
    const known = value(thing);
    return known === undefined ? '' : format(known);
  };
  return { id, title: tableStrings.columns[id], width, rank, numeric: true, text, value, ...rest };
}

/** The same, with the sum of all at its foot; `counted`: what of a thing counts there. */
export function summedColumn<Thing>(
  id: ColumnId,
  width: number,
  rank: number,
  value: (thing: Thing) => number | undefined,
  format: (value: number) => string,
  counted = value,
): Column<Thing> {
  const total = (things: readonly Thing[]): string => {
    const known = things.flatMap(thing => counted(thing) ?? []);
    return known.length === 0 ? '' : format(known.reduce((sum, each) => sum + each, 0));
  };
  return figureColumn(id, width, rank, value, format, { total });
}
