import { SLOT_COUNT } from '../../shared/slotRanges';
import { isWhole, lastOf, type MapWindow } from './mapWindow';
import { patternOf, type Brushes } from './paintCells';
import { slotStates, type SlotModel } from './slotModel';
import type { SlotSelection } from './slotSelection';
import { cssColour, fillOf } from './themeColours';

export interface OverviewScene extends Brushes {
  model: SlotModel;
  selection: SlotSelection;
  /** What the map shows, or would after the drag that goes on. */
  window: MapWindow;
  /** The strip's size in pixels of the screen. */
  width: number;
  height: number;
}

/** Draws all slots side by side: the looks of the map, owners' borders, a mark above everything that is not well. */
export function paintOverview(scene: OverviewScene): void {
  const { context, model, width, height, unit } = scene;
  const markHeight = Math.round(5 * unit);
  const bandHeight = height - 2 * markHeight;
  context.clearRect(0, 0, width, height);
  paintBands(scene, markHeight, bandHeight);
  // Closer together they would be all there is to see.
  if (model.owners.length * LEAST_BAND * unit < width) paintBorders(scene, markHeight, bandHeight);
  paintTrouble(scene, markHeight);
  paintSelection(scene, height - markHeight + Math.round(unit), markHeight - Math.round(unit));
  paintWindow(scene, markHeight, bandHeight);
}

/** One column of pixels shows the worst of its slots, or the one with the most: a lone one must not vanish. */
function paintBands(scene: OverviewScene, top: number, height: number): void {
  const { context, painting, colours, width } = scene;
  const patterns = painting.looks.map(look => patternOf(scene, look));
  const fills = painting.looks.map(look => cssColour(fillOf(look, colours)));
  const worst = (x: number): number => {
    const from = Math.floor((x * SLOT_COUNT) / width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * SLOT_COUNT) / width));
    let found = painting.cells[from]!;
    for (let slot = from + 1; slot < to; slot++) {
      const code = painting.cells[slot]!;
      if (painting.ranks[code]! > painting.ranks[found]!) found = code;
    }
    return found;
  };
  for (let x = 0, start = 0, code = worst(0); x < width; x++) {
    const next = x + 1 < width ? worst(x + 1) : -1;
    if (next === code) continue;
    for (const style of [fills[code], patterns[code]]) {
      if (!style) continue;
      context.fillStyle = style;
      context.fillRect(start, top, x + 1 - start, height);
    }
    start = x + 1;
    code = next;
  }
}

const SUSPECT = slotStates.indexOf('suspect');
const FAILED = slotStates.indexOf('failed');

/** In CSS pixels, on average. */
const LEAST_BAND = 8;

function paintBorders({ context, model, colours, width, unit }: OverviewScene, top: number, height: number): void {
  context.fillStyle = cssColour(colours.tone.text, 0.85);
  for (let slot = 1; slot < SLOT_COUNT; slot++)
    if (model.owner[slot] !== model.owner[slot - 1])
      context.fillRect(Math.round((slot * width) / SLOT_COUNT), top, Math.max(1, Math.round(unit)), height);
}

function paintTrouble({ context, model, colours, width, unit }: OverviewScene, height: number): void {
  const least = Math.round(3 * unit);
  for (const [from, tone, size] of [
    [SUSPECT, colours.tone.warning, height - 2 * unit],
    [FAILED, colours.tone.bad, height],
  ] as const) {
    context.fillStyle = cssColour(tone);
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      if (model.state[slot]! < from) continue;
      const start = slot;
      while (slot + 1 < SLOT_COUNT && model.state[slot + 1]! >= from) slot++;
      const wide = Math.max(least, Math.round(((slot + 1 - start) * width) / SLOT_COUNT));
      const x = Math.min(width - wide, Math.round((start * width) / SLOT_COUNT));
      context.fillRect(x, height - size, wide, size - Math.round(unit));
    }
  }
}

function paintSelection(
  { context, selection, colours, width, unit }: OverviewScene,
  top: number,
  height: number,
): void {
  context.fillStyle = cssColour(colours.tone.focus);
  for (const { start, end } of selection) {
    const wide = Math.max(2 * unit, ((end + 1 - start) * width) / SLOT_COUNT);
    context.fillRect(Math.min(width - wide, (start * width) / SLOT_COUNT), top, wide, height);
  }
}

/** What the map shows stays bright, with a rim; the rest is dimmed. */
function paintWindow({ context, window, colours, width, unit }: OverviewScene, top: number, height: number): void {
  if (isWhole(window)) return;
  const start = (window.first * width) / SLOT_COUNT;
  const end = ((lastOf(window) + 1) * width) / SLOT_COUNT;
  context.fillStyle = cssColour(colours.tone.page, 0.6);
  context.fillRect(0, top, start, height);
  context.fillRect(end, top, width - end, height);
  context.strokeStyle = cssColour(colours.tone.text);
  context.lineWidth = Math.round(2 * unit);
  context.strokeRect(start, top, end - start, height);
}
