import { placeOf, type MapLayout } from './mapWindow';
import { eachRun, traceBorders } from './paintMap';
import type { SlotSelection } from './slotSelection';
import { cssColour, type ThemeColours } from './themeColours';

export interface MapMarks {
  layout: MapLayout;
  selection: SlotSelection;
  cursor: number;
  /** The slot under the pointer. */
  hovered: number | undefined;
  hasFocus: boolean;
}

/** Draws what changes with every move of the hand over the slots: selection, cursor, pointer. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  { layout, selection, cursor, hovered, hasFocus }: MapMarks,
  { tone, isHighContrast }: ThemeColours,
  unit: number,
): void {
  if (selection.length > 0) {
    const selected = selectedIn(layout, selection);
    const isIn = (slot: number): boolean => selected[slot - layout.first] === 1;
    const path = new Path2D();
    eachRun(layout, isIn, (x, y, width) => path.rect(x, y, width, layout.cell));
    context.fillStyle = cssColour(tone.text, isHighContrast ? 0.35 : 0.22);
    context.fill(path);
    const isEdge = (slot: number, other: number): boolean => isIn(slot) !== isIn(other);
    context.fillStyle = cssColour(tone.page);
    context.fill(traceBorders(layout, Math.round(4 * unit), isEdge));
    context.fillStyle = cssColour(tone.focus);
    context.fill(traceBorders(layout, Math.round(2 * unit), isEdge));
  }
  if (hovered !== undefined) box(context, layout, hovered, cssColour(tone.text), Math.round(unit), 0);
  if (!hasFocus && hovered !== undefined) return;
  box(context, layout, cursor, cssColour(tone.page), Math.round(2 * unit), Math.round(3 * unit));
  box(context, layout, cursor, cssColour(hasFocus ? tone.focus : tone.text), Math.round(2 * unit), Math.round(unit));
}

/** 1 for every selected slot of the window. */
function selectedIn({ first, columns }: MapLayout, selection: SlotSelection): Uint8Array {
  const selected = new Uint8Array(columns * columns);
  for (const { start, end } of selection)
    if (end >= first && start < first + selected.length)
      selected.fill(1, Math.max(0, start - first), Math.min(selected.length, end - first + 1));
  return selected;
}

function box(
  context: CanvasRenderingContext2D,
  layout: MapLayout,
  slot: number,
  colour: string,
  width: number,
  away: number,
): void {
  const place = placeOf(layout, slot);
  if (!place) return;
  context.strokeStyle = colour;
  context.lineWidth = width;
  const side = layout.cell + 2 * away;
  context.strokeRect(place.x - away, place.y - away, side, side);
}
