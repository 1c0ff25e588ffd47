export interface PointerActions {
  /** Pixels of the stage. */
  hover: (x: number, y: number) => void;
  leave: () => void;
  pan: (x: number, y: number) => void;
  /** False when there is no closer or farther: the page may scroll instead. */
  zoom: (factor: number, x: number, y: number) => boolean;
}

/** How far a press may wander and still be a click, pixels. */
const STILL = 4;

/** Drags pan, the wheel and two fingers zoom, all else is left to what lies below. */
export function listenToPointers(stage: HTMLElement, actions: PointerActions): void {
  const pressed = new Map<number, { x: number; y: number }>();
  let dragged = false;
  const place = (event: MouseEvent): { x: number; y: number } => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  stage.addEventListener(
    'wheel',
    event => {
      const { x, y } = place(event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      // A pinch on a touch pad comes as a wheel with Ctrl, in small steps.
      const factor = Math.exp(-lines * (event.ctrlKey ? 0.01 : 0.002));
      if (actions.zoom(factor, x, y) || event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );
  stage.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    const at = place(event);
    actions.hover(at.x, at.y);
    pressed.set(event.pointerId, at);
    if (pressed.size === 1) dragged = false;
  });
  stage.addEventListener('pointermove', event => {
    const at = place(event);
    const before = pressed.get(event.pointerId);
    if (!before) return actions.hover(at.x, at.y);
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    if (!dragged && !other && Math.hypot(at.x - before.x, at.y - before.y) < STILL) return;
    if (!dragged) stage.setPointerCapture(event.pointerId);
    dragged = true;
    pressed.set(event.pointerId, at);
    if (other) {
      const ratio = distance(at, other) / Math.max(1, distance(before, other));
      actions.zoom(ratio, (at.x + other.x) / 2, (at.y + other.y) / 2);
    }
    const share = other ? 2 : 1;
    actions.pan((at.x - before.x) / share, (at.y - before.y) / share);
  });
  for (const end of ['pointerup', 'pointercancel'] as const)
    stage.addEventListener(end, event => pressed.delete(event.pointerId));
  stage.addEventListener('pointerleave', actions.leave);
  // The click that ends a drag selects nobody.
  stage.addEventListener(
    'click',
    event => {
      if (dragged) event.stopPropagation();
      dragged = false;
    },
    true,
  );
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
