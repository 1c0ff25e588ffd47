import type { Rect } from '../layoutTopology';

/** What part of the picture is seen: a point of it times `scale` plus `x`, `y` is a point of the stage, in pixels. */
export interface Viewport {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The largest scale; the smallest is that at which all fits. */
export const CLOSEST = 12;

/** All of it, in the middle. */
export function fitAll(picture: Size, stage: Size): Viewport {
  const wanted = Math.min(stage.width / Math.max(1, picture.width), stage.height / Math.max(1, picture.height));
  const scale = Math.min(wanted, CLOSEST / 2);
  return { scale, x: (stage.width - picture.width * scale) / 2, y: (stage.height - picture.height * scale) / 2 };
}

/** `factor` times as large; what is at this point of the stage stays there, as far as the edges let it. */
export function zoomAt(view: Viewport, factor: number, x: number, y: number, picture: Size, stage: Size): Viewport {
  const scale = Math.min(CLOSEST, Math.max(fitAll(picture, stage).scale, view.scale * factor));
  const ratio = scale / view.scale;
  return keepInside({ scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio }, picture, stage);
}

export function panBy(view: Viewport, x: number, y: number, picture: Size, stage: Size): Viewport {
  return keepInside({ ...view, x: view.x + x, y: view.y + y }, picture, stage);
}

/** With this part in the middle, at least `scale` times as large as drawn at 1. */
export function centreOn(view: Viewport, part: Rect, scale: number, picture: Size, stage: Size): Viewport {
  const next = Math.min(CLOSEST, Math.max(view.scale, scale));
  const x = stage.width / 2 - (part.x + part.width / 2) * next;
  return keepInside({ scale: next, x, y: stage.height / 2 - (part.y + part.height / 2) * next }, picture, stage);
}

/** Moved as little as it takes to see this part whole, with some room around. */
export function bringIntoView(view: Viewport, part: Rect, picture: Size, stage: Size): Viewport {
  const seen = toStage(part, view);
  const margin = Math.min(24, stage.width / 8, stage.height / 8);
  const push = (start: number, length: number, room: number): number =>
    start < margin ? margin - start : Math.min(0, room - margin - (start + length));
  const [x, y] = [push(seen.x, seen.width, stage.width), push(seen.y, seen.height, stage.height)];
  return x === 0 && y === 0 ? view : panBy(view, x, y, picture, stage);
}

/** The part of the stage it takes. */
export function toStage({ x, y, width, height }: Rect, { scale, x: left, y: top }: Viewport): Rect {
  return { x: x * scale + left, y: y * scale + top, width: width * scale, height: height * scale };
}

export function middleOf({ x, y, width, height }: Rect): Pick<Rect, 'x' | 'y'> {
  return { x: x + width / 2, y: y + height / 2 };
}

/** What is smaller than the stage stands in its middle; what is larger leaves no gap at an edge. */
function keepInside({ scale, x, y }: Viewport, picture: Size, stage: Size): Viewport {
  const hold = (at: number, length: number, room: number): number =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at));
  return {
    scale,
    x: hold(x, picture.width * scale, stage.width),
    y: hold(y, picture.height * scale, stage.height),
  };
}
