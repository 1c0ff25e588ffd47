import { create } from '../dom';
import type { Painting } from './looks';
import { layoutMap, slotAt, type MapLayout, type MapWindow } from './mapWindow';
import { mapKey, type MapKey } from './mapKeys';
import { paintMap } from './paintMap';
import { paintMarks } from './paintMarks';
import type { SlotModel } from './slotModel';
import type { SlotSelection } from './slotSelection';
import { slotStrings } from './slotStrings';
import type { ThemeColours } from './themeColours';

export interface MapActions {
  hover(slot: number | undefined): void;
  /** The button went down on a slot. */
  press(slot: number, how: 'replace' | 'add' | 'extend'): void;
  drag(slot: number): void;
  release(): void;
  /** The whole stretch around a slot. */
  stretch(slot: number): void;
  /** Whether it was of use. */
  key(key: MapKey): boolean;
  focus(): void;
}

export interface MapModel {
  painting: Painting;
  model: SlotModel;
  window: MapWindow;
  colours: ThemeColours;
  shownOwner: number | undefined;
}

export interface MapMarksModel {
  selection: SlotSelection;
  cursor: number;
  hovered: number | undefined;
}

export interface MapView {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  draw(model: MapModel, marks: MapMarksModel): void;
  /** Draws the marks over the slots as they were drawn last. */
  mark(marks: MapMarksModel): void;
}

/** In CSS pixels. */
const WIDEST_CELL = 5;
const ROOM_FOR_NUMBERS = 44;
const LEAST_WIDTH_WITH_NUMBERS = 420;

/** The map on its canvas: draws what it is given, tells what the hand does. */
export function createMap(actions: MapActions, cursor: () => number): MapView {
  const canvas = create('canvas', 'slot-map');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', slotStrings.map);
  const element = create('div', 'slot-map-frame', [canvas]);
  /** The slots without marks, drawn once. */
  const base = create('canvas');
  let layout: MapLayout | undefined;
  let colours: ThemeColours | undefined;
  listen();

  return {
    element,
    canvas,
    draw(given, marks) {
      const unit = devicePixelRatio;
      const room = element.clientWidth;
      if (room === 0) return;
      const left = room >= LEAST_WIDTH_WITH_NUMBERS ? Math.round(ROOM_FOR_NUMBERS * unit) : 0;
      layout = layoutMap(given.window, Math.floor(room * unit), left, Math.round(WIDEST_CELL * unit));
      colours = given.colours;
      resize(layout.left + layout.size, layout.size, unit);
      const context = base.getContext('2d');
      if (context) paintMap({ ...given, context, layout, unit });
      mark(marks);
    },
    mark,
  };

  function mark(marks: MapMarksModel): void {
    const context = canvas.getContext('2d');
    if (!context || !layout || !colours) return;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(base, 0, 0);
    paintMarks(context, { ...marks, layout, hasFocus: document.activeElement === canvas }, colours, devicePixelRatio);
  }

  function resize(width: number, height: number, unit: number): void {
    for (const each of [canvas, base]) {
      if (each.width === width && each.height === height) continue;
      each.width = width;
      each.height = height;
    }
    canvas.style.width = `${width / unit}px`;
    canvas.style.height = `${height / unit}px`;
  }

  function find(event: PointerEvent | MouseEvent, nearest: boolean): number | undefined {
    if (!layout) return undefined;
    const { left, top } = canvas.getBoundingClientRect();
    const unit = devicePixelRatio;
    return slotAt(layout, (event.clientX - left) * unit, (event.clientY - top) * unit, nearest);
  }

  function listen(): void {
    let dragging = false;
    canvas.addEventListener('pointerdown', event => {
      const slot = event.button === 0 ? find(event, false) : undefined;
      if (slot === undefined) return;
      dragging = true;
      canvas.setPointerCapture(event.pointerId);
      actions.press(slot, event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'add' : 'replace');
    });
    canvas.addEventListener('pointermove', event => {
      const slot = find(event, dragging);
      if (dragging && slot !== undefined) actions.drag(slot);
      else actions.hover(slot);
    });
    for (const end of ['pointerup', 'pointercancel'] as const)
      canvas.addEventListener(end, () => {
        if (dragging) actions.release();
        dragging = false;
      });
    canvas.addEventListener('pointerleave', () => actions.hover(undefined));
    canvas.addEventListener('dblclick', event => {
      const slot = find(event, false);
      if (slot !== undefined) actions.stretch(slot);
    });
    canvas.addEventListener('keydown', event => {
      const key = layout && mapKey(event, cursor(), layout.columns);
      if (key && actions.key(key)) event.preventDefault();
    });
    for (const change of ['focus', 'blur'] as const) canvas.addEventListener(change, () => actions.focus());
  }
}
