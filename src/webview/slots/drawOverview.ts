import { SLOT_COUNT } from '../../shared/slotRanges';
import { create } from '../dom';
import type { MapModel } from './drawMap';
import { paintOverview } from './paintOverview';
import type { SlotSelection } from './slotSelection';
import { slotStrings } from './slotStrings';

export interface OverviewActions {
  /** Dragged over; both ends included, in any order. */
  brush(one: number, other: number): void;
  /** Clicked without dragging. */
  goTo(slot: number): void;
  brushed(): void;
}

export interface OverviewView {
  element: HTMLElement;
  draw(model: MapModel, selection: SlotSelection): void;
}

/** In CSS pixels. */
const HEIGHT = 40;
/** Less is a click with an unsteady hand. */
const LEAST_DRAG = 4;

/** The strip of all slots; what is brushed in it fills the map. Keys do the same in the map. */
export function createOverview(actions: OverviewActions): OverviewView {
  const canvas = create('canvas', 'slot-strip');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', slotStrings.overview);
  const numbers = [0, 4096, 8192, 12288, 16383].map(slot => create('span', '', [String(slot)]));
  const scale = create('div', 'slot-scale', numbers);
  scale.setAttribute('aria-hidden', 'true');
  const element = create('div', 'slot-overview', [canvas, scale]);
  let start: { slot: number; x: number } | undefined;
  let isBrush = false;

  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    start = { slot: slotAtX(event.clientX), x: event.clientX };
    isBrush = false;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    if (!start) return;
    isBrush ||= Math.abs(event.clientX - start.x) >= LEAST_DRAG;
    if (isBrush) actions.brush(start.slot, slotAtX(event.clientX));
  });
  canvas.addEventListener('pointerup', () => {
    if (start && isBrush) actions.brushed();
    else if (start) actions.goTo(start.slot);
    start = undefined;
  });
  canvas.addEventListener('pointercancel', () => (start = undefined));

  return {
    element,
    draw(given, selection) {
      const room = element.clientWidth;
      if (room === 0) return;
      const unit = devicePixelRatio;
      const width = Math.floor(room * unit);
      const height = Math.round(HEIGHT * unit);
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      canvas.style.width = `${width / unit}px`;
      canvas.style.height = `${HEIGHT}px`;
      const context = canvas.getContext('2d');
      if (context) paintOverview({ ...given, context, unit, selection, width, height });
    },
  };

  function slotAtX(clientX: number): number {
    const { left, width } = canvas.getBoundingClientRect();
    const slot = Math.floor(((clientX - left) / width) * SLOT_COUNT);
    return Math.min(SLOT_COUNT - 1, Math.max(0, slot));
  }
}
