import { SLOT_COUNT } from '../../shared/slotRanges';
import { create } from '../dom';
import type { Look } from './looks';
import { lastOf, placeOf, type MapLayout } from './mapWindow';
import { patternOf, type Brushes } from './paintCells';
import type { SlotModel } from './slotModel';
import { cssColour, fillOf } from './themeColours';

export interface MapScene extends Brushes {
  layout: MapLayout;
  model: SlotModel;
  /** Index of the owner that is pointed out. */
  shownOwner: number | undefined;
}

/** Draws the slots of the window: colours, patterns, the borders between owners, names where there is room. */
export function paintMap(scene: MapScene): void {
  const { context, layout } = scene;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  paintColours(scene);
  paintPatterns(scene);
  if (layout.cell >= 4 * scene.unit) paintGrid(scene);
  paintBorders(scene);
  paintRowNumbers(scene);
  if (layout.cell >= 36 * scene.unit) paintSlotNumbers(scene);
  else paintNames(scene);
}

/** One pixel per slot, drawn large: 16,384 rectangles would take ten times as long. */
function paintColours({ context, layout, painting, colours }: MapScene): void {
  const { first, columns, left, size } = layout;
  const image = new ImageData(columns, columns);
  const words = new Uint32Array(image.data.buffer);
  const palette = painting.looks.map(look => {
    const [red, green, blue] = fillOf(look, colours);
    return (0xff << 24) | (blue << 16) | (green << 8) | red;
  });
  for (let index = 0; index < words.length; index++) words[index] = palette[painting.cells[first + index]!]!;
  const small = create('canvas');
  small.width = columns;
  small.height = columns;
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, left, 0, size, size);
}

function paintPatterns(scene: MapScene): void {
  const { context, layout, painting } = scene;
  painting.looks.forEach((look: Look, code) => {
    const pattern = patternOf(scene, look);
    if (!pattern) return;
    const path = new Path2D();
    eachRun(
      layout,
      slot => painting.cells[slot] === code,
      (x, y, width) => path.rect(x, y, width, layout.cell),
    );
    context.fillStyle = pattern;
    context.fill(path);
  });
}

function paintGrid({ context, layout, colours, unit }: MapScene): void {
  const { columns, cell, left, size } = layout;
  const path = new Path2D();
  for (let line = 1; line < columns; line++) {
    path.rect(left + line * cell, 0, 1, size);
    path.rect(left, line * cell, size, 1);
  }
  context.fillStyle = cssColour(colours.tone.page, cell >= 8 * unit ? 0.7 : 0.35);
  context.fill(path);
}

/** Around the slots of every owner and, fainter, of every state; around those of the owner pointed out once more, thicker. */
function paintBorders({ context, layout, model, colours, unit, shownOwner }: MapScene): void {
  const { owner, state } = model;
  const thin = Math.max(1, Math.round(unit));
  // With many owners in sight the lines would be all there is to see; they alternate in shade as well.
  const isDense = SLOT_COUNT / model.owners.length < 2 * layout.columns;
  context.fillStyle = cssColour(colours.tone.text, 0.55);
  context.fill(
    traceBorders(layout, thin, (slot, other) => owner[slot] === owner[other] && state[slot] !== state[other]),
  );
  context.fillStyle = cssColour(colours.tone.text, isDense ? 0.3 : colours.isHighContrast ? 1 : 0.85);
  context.fill(traceBorders(layout, thin, (slot, other) => owner[slot] !== owner[other]));
  if (shownOwner === undefined) return;
  const isShown = (slot: number): boolean => owner[slot] === shownOwner;
  context.fillStyle = cssColour(colours.tone.focus);
  context.fill(traceBorders(layout, Math.round(3 * unit), (slot, other) => isShown(slot) !== isShown(other)));
}

/** Bars on the lines between neighbouring slots that differ, each as long as it can be: hundreds instead of thousands. */
export function traceBorders(
  { first, columns, cell, left }: MapLayout,
  width: number,
  differ: (slot: number, other: number) => boolean,
): Path2D {
  const path = new Path2D();
  const half = Math.floor(width / 2);
  for (let line = 1; line < columns; line++) {
    const below = first + line * columns;
    eachStretch(
      columns,
      column => differ(below - columns + column, below + column),
      (from, count) => path.rect(left + from * cell - half, line * cell - half, count * cell + width, width),
    );
    eachStretch(
      columns,
      row => differ(first + row * columns + line - 1, first + row * columns + line),
      (from, count) => path.rect(left + line * cell - half, from * cell - half, width, count * cell + width),
    );
  }
  return path;
}

function eachStretch(
  length: number,
  isIn: (at: number) => boolean,
  found: (from: number, count: number) => void,
): void {
  for (let at = 0; at < length; at++) {
    const from = at;
    while (at < length && isIn(at)) at++;
    if (at > from) found(from, at - from);
  }
}

function paintRowNumbers({ context, layout, colours, unit }: MapScene): void {
  const { first, columns, cell, left } = layout;
  if (left === 0) return;
  context.font = `${Math.round(10.5 * unit)}px ${fontFamily()}`;
  context.textAlign = 'right';
  context.textBaseline = 'top';
  context.fillStyle = cssColour(colours.tone.dim);
  for (let row = 0; row < columns; row += columns / 8)
    context.fillText(String(first + row * columns), left - 6 * unit, row * cell);
}

function paintSlotNumbers(scene: MapScene): void {
  const { context, layout, unit } = scene;
  const { first, cell } = layout;
  beginText(scene, 10.5);
  for (let slot = first; slot <= lastOf(layout); slot++) {
    const place = placeOf(layout, slot)!;
    writeText(scene, String(slot), place.x + cell / 2, place.y + cell / 2 + unit / 2);
  }
  context.textAlign = 'left';
}

/** Each owner's name on the longest stretch of its slots that is in sight, where it fits. */
function paintNames(scene: MapScene): void {
  const { context, layout, model, unit } = scene;
  const { first, columns, cell, left, size } = layout;
  const height = 15 * unit;
  beginText(scene, 12);
  for (const { node, ranges } of model.owners) {
    const seen = ranges
      .map(({ start, end }) => ({ start: Math.max(start, first), end: Math.min(end, lastOf(layout)) }))
      .sort((a, b) => b.end - b.start - (a.end - a.start))[0];
    if (!seen || seen.end < seen.start) continue;
    const top = Math.ceil((seen.start - first) / columns);
    const bottom = Math.floor((seen.end + 1 - first) / columns);
    if ((bottom - top) * cell < height) continue;
    if (context.measureText(node.name).width > size * 0.94) continue;
    writeText(scene, node.name, left + size / 2, ((top + bottom) / 2) * cell);
  }
}

function beginText({ context, unit, colours }: MapScene, pixels: number): void {
  context.font = `600 ${Math.round(pixels * unit)}px ${fontFamily()}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3.5 * unit;
  context.strokeStyle = cssColour(colours.tone.page, 0.85);
  context.fillStyle = cssColour(colours.tone.text);
}

/** With a rim in the page's colour: it is read on every pattern. */
function writeText({ context }: MapScene, text: string, x: number, y: number): void {
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function fontFamily(): string {
  return getComputedStyle(document.body).fontFamily;
}

/** Stretches of slots within one row. */
export function eachRun(
  { first, columns, cell, left }: MapLayout,
  isIn: (slot: number) => boolean,
  found: (x: number, y: number, width: number) => void,
): void {
  for (let row = 0; row < columns; row++)
    eachStretch(
      columns,
      column => isIn(first + row * columns + column),
      (from, count) => found(left + from * cell, row * cell, count * cell),
    );
}
