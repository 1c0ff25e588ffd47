import type { Cargo } from '../../shared/dropRules';

export interface DragActions {
  /** What a press on this element would take hold of. */
  cargoAt: (element: Element) => Cargo | undefined;
  begin: (cargo: Cargo) => void;
  /** Pixels of the window. */
  move: (x: number, y: number) => void;
  drop: () => void;
  cancel: () => void;
}

/** How far a press may wander and still be a click, pixels. */
const STILL = 6;
/** From the edge of the window, where the page follows the pointer; and how far at a time. Pixels. */
const EDGE = 36;
const SCROLL = 14;

/** The mouse and the pen drag; a finger scrolls, and has the menu. */
export function listenForDrags(actions: DragActions): void {
  let pressed: { cargo: Cargo; x: number; y: number; id: number } | undefined;
  let isDragging = false;

  document.addEventListener('pointerdown', event => {
    if (event.button !== 0 || event.pointerType === 'touch' || !(event.target instanceof Element)) return;
    const cargo = actions.cargoAt(event.target);
    pressed = cargo && { cargo, x: event.clientX, y: event.clientY, id: event.pointerId };
    isDragging = false;
  });
  document.addEventListener('pointermove', ({ pointerId, clientX, clientY, buttons }) => {
    if (pressed?.id !== pointerId) return;
    // Let go outside of the window.
    if (buttons === 0) return finish(actions.cancel);
    if (!isDragging) {
      if (Math.hypot(clientX - pressed.x, clientY - pressed.y) < STILL) return;
      isDragging = true;
      document.body.classList.add('dragging');
      actions.begin(pressed.cargo);
    }
    if (clientY < EDGE) window.scrollBy(0, -SCROLL);
    else if (clientY > window.innerHeight - EDGE) window.scrollBy(0, SCROLL);
    actions.move(clientX, clientY);
  });
  document.addEventListener('pointerup', ({ pointerId }) => {
    if (pressed?.id === pointerId) finish(actions.drop);
  });
  document.addEventListener('pointercancel', () => finish(actions.cancel));
  window.addEventListener('blur', () => finish(actions.cancel));
  document.addEventListener('selectstart', event => {
    if (isDragging) event.preventDefault();
  });
  // The click that ends a drag selects nobody.
  document.addEventListener(
    'click',
    event => {
      if (isDragging) event.stopPropagation();
      isDragging = false;
    },
    true,
  );

  function finish(act: () => void): void {
    if (!pressed) return;
    pressed = undefined;
    if (!isDragging) return;
    document.body.classList.remove('dragging');
    act();
    // Where no click follows, the next one counts.
    setTimeout(() => (isDragging = false));
  }
}
