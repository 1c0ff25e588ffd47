export interface CarryKeyActions {
  isOn: () => boolean;
  step: (by: 'next' | 'previous' | 'first' | 'last') => void;
  drop: () => void;
  leave: () => void;
}

/** While something is carried, the keys are about it alone. */
export function listenForCarryKeys(actions: CarryKeyActions): void {
  const keys: Partial<Record<string, () => void>> = {
    ArrowRight: () => actions.step('next'),
    ArrowDown: () => actions.step('next'),
    ArrowLeft: () => actions.step('previous'),
    ArrowUp: () => actions.step('previous'),
    Home: () => actions.step('first'),
    End: () => actions.step('last'),
    Enter: actions.drop,
    Escape: actions.leave,
    m: actions.leave,
    M: actions.leave,
  };
  document.addEventListener(
    'keydown',
    event => {
      if (!actions.isOn() || event.altKey || event.ctrlKey || event.metaKey) return;
      // Whoever goes elsewhere has put it down.
      if (event.key === 'Tab') return actions.leave();
      if (event.key === 'Shift') return;
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]?.();
    },
    true,
  );
}
