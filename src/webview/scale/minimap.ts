import { create } from '../dom';
import type { GridLayout } from './layoutGrid';
import { frameTone } from './paintGrid';
import type { Palette } from './palette';
import type { Size, Viewport } from './viewport';

export interface Minimap {
  element: HTMLElement;
  /** Hidden while all is seen anyway. */
  update(layout: GridLayout, view: Viewport, stage: Size, palette: Palette, troubledGroups: ReadonlySet<string>): void;
}

const WIDTH = 190;
const HIGHEST = 130;

/** The whole picture in a corner, with a frame around what is seen; a click or a drag goes there. For the mouse alone. */
export function createMinimap(goTo: (x: number, y: number) => void): Minimap {
  const canvas = create('canvas');
  const frame = create('div', 'minimap-frame');
  const element = create('div', 'minimap', [canvas, frame]);
  element.setAttribute('aria-hidden', 'true');
  let scale = 1;
  /** What the canvas shows; layout and palette are made anew when anything of theirs changes. */
  let painted: readonly unknown[] = [];

  const follow = (event: PointerEvent): void => {
    const { left, top } = canvas.getBoundingClientRect();
    goTo((event.clientX - left) / scale, (event.clientY - top) / scale);
  };
  element.addEventListener('pointerdown', event => {
    element.setPointerCapture(event.pointerId);
    follow(event);
    event.preventDefault();
  });
  element.addEventListener('pointermove', event => {
    if (element.hasPointerCapture(event.pointerId)) follow(event);
  });

  return {
    element,
    update(layout, view, stage, palette, troubledGroups) {
      const isWhole = layout.width * view.scale <= stage.width + 1 && layout.height * view.scale <= stage.height + 1;
      element.hidden = isWhole;
      if (isWhole) return;
      scale = Math.min(WIDTH / layout.width, HIGHEST / layout.height);
      const shown = [layout, palette, troubledGroups];
      if (shown.some((part, index) => part !== painted[index])) paint(canvas, layout, scale, palette, troubledGroups);
      painted = shown;
      const { style } = frame;
      const [width, height] = [(stage.width / view.scale) * scale, (stage.height / view.scale) * scale];
      const [x, y] = [(-view.x / view.scale) * scale, (-view.y / view.scale) * scale];
      style.transform = `translate(${Math.max(0, x)}px, ${Math.max(0, y)}px)`;
      style.width = `${Math.min(width, layout.width * scale)}px`;
      style.height = `${Math.min(height, layout.height * scale)}px`;
    },
  };
}

function paint(
  canvas: HTMLCanvasElement,
  layout: GridLayout,
  scale: number,
  palette: Palette,
  troubledGroups: ReadonlySet<string>,
): void {
  const ratio = window.devicePixelRatio;
  const [width, height] = [layout.width * scale, layout.height * scale];
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio * scale, ratio * scale);
  for (const block of layout.blocks) {
    const tone = frameTone(block, { troubledGroups });
    context.fillStyle = palette[tone === 'line' ? 'dim' : tone];
    // One in trouble is not lost among a thousand.
    const more = tone === 'line' ? 0 : 1 / scale;
    context.fillRect(block.x - more, block.y - more, block.width + 2 * more, block.height + 2 * more);
  }
}
