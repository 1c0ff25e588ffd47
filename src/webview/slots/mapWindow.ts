import { SLOT_COUNT, type SlotRange } from '../../shared/slotRanges';

/** The square of slots the map shows: `columns` rows of as many slots, from a slot that begins a row. */
export interface MapWindow {
  first: number;
  columns: number;
}

/** Where the slots of a window lie; lengths in pixels of the screen. */
export interface MapLayout extends MapWindow {
  /** The side of a slot. */
  cell: number;
  /** The room for numbers beside the rows. */
  left: number;
  /** The side of the square. */
  size: number;
}

export const wholeMap: MapWindow = { first: 0, columns: 128 };
const FEWEST_COLUMNS = 16;

/** The same size in every window, so that nothing around it moves; a whole number of pixels per slot. */
export function layoutMap(window: MapWindow, width: number, left: number, widestCell: number): MapLayout {
  const whole = Math.min(widestCell, Math.max(1, Math.floor((width - left) / wholeMap.columns)));
  const size = whole * wholeMap.columns;
  return { ...window, cell: size / window.columns, left, size };
}

/** The slot at a point; undefined beside the map, the nearest one when `nearest`. */
export function slotAt(layout: MapLayout, x: number, y: number, nearest = false): number | undefined {
  const { first, columns, cell, left } = layout;
  const column = Math.floor((x - left) / cell);
  const row = Math.floor(y / cell);
  const isOn = column >= 0 && row >= 0 && column < columns && row < columns;
  if (!isOn && !nearest) return undefined;
  return first + clamp(row, 0, columns - 1) * columns + clamp(column, 0, columns - 1);
}

/** The corner of a slot; undefined when the window does not show it. */
export function placeOf({ first, columns, cell, left }: MapLayout, slot: number): { x: number; y: number } | undefined {
  const index = slot - first;
  if (index < 0 || index >= columns * columns) return undefined;
  return { x: left + (index % columns) * cell, y: Math.floor(index / columns) * cell };
}

/** The last slot a window shows. */
export function lastOf({ first, columns }: MapWindow): number {
  return first + columns * columns - 1;
}

export function isWhole({ columns }: MapWindow): boolean {
  return columns === wholeMap.columns;
}

/** The smallest window that shows all of a range, the range in its middle. */
export function windowAround({ start, end }: SlotRange): MapWindow {
  let columns = FEWEST_COLUMNS;
  while (columns < wholeMap.columns && rowsNeeded(start, end, columns) > columns) columns *= 2;
  const middle = Math.floor((start + end) / 2);
  return reveal(reveal(windowAt(middle - (columns * columns) / 2, columns), end), start);
}

/** Four times nearer or farther, about a slot that stays in sight. */
export function zoom({ columns }: MapWindow, about: number, nearer: boolean): MapWindow {
  const next = clamp(nearer ? columns / 2 : columns * 2, FEWEST_COLUMNS, wholeMap.columns);
  return windowAt(about - (next * next) / 2, next);
}

/** The same window, moved by as few rows as show the slot. */
export function reveal(window: MapWindow, slot: number): MapWindow {
  const { first, columns } = window;
  if (slot >= first && slot <= lastOf(window)) return window;
  const row = Math.floor(slot / columns);
  return windowAt((slot < first ? row : row - columns + 1) * columns, columns);
}

function rowsNeeded(start: number, end: number, columns: number): number {
  return Math.floor(end / columns) - Math.floor(start / columns) + 1;
}

function windowAt(slot: number, columns: number): MapWindow {
  const first = Math.round(slot / columns) * columns;
  return { first: clamp(first, 0, SLOT_COUNT - columns * columns), columns };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
