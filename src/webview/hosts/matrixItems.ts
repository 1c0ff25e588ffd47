import type { Move } from '../navigate';
import { cellKeyOf, type Matrix } from './matrix';

/** What keys move between: hosts, and the cells where there is a node. */
export interface MatrixItem {
  key: string;
  row: number;
  /** -1: the host itself. */
  column: number;
}

/** In reading order. */
export function matrixItems({ rows, shards }: Matrix): MatrixItem[] {
  return rows.flatMap(({ label, cells }, row) => [
    { key: `host:${label}`, row, column: -1 },
    ...cells.map(({ shardIndex }) => ({ key: cellKeyOf(label, shards[shardIndex]!.id), row, column: shardIndex })),
  ]);
}

/**
 * The key that an arrow key leads to: to the next that is there, in the same row or column; empty cells are passed over. Undefined at
 * the edge.
 */
export function moveInMatrix(items: readonly MatrixItem[], fromKey: string, move: Move): string | undefined {
  if (move === 'first') return items[0]?.key;
  if (move === 'last') return items.at(-1)?.key;
  const from = items.find(({ key }) => key === fromKey);
  if (!from) return undefined;
  switch (move) {
    case 'left':
      return items.findLast(({ row, column }) => row === from.row && column < from.column)?.key;
    case 'right':
      return items.find(({ row, column }) => row === from.row && column > from.column)?.key;
    case 'up':
      return items.findLast(({ row, column }) => row < from.row && column === from.column)?.key;
    case 'down':
      return items.find(({ row, column }) => row > from.row && column === from.column)?.key;
  }
}
