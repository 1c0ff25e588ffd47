import type { Move } from './navigate';

export interface KeyActions {
  move: (move: Move) => void;
  select: () => void;
  reveal: () => void;
  openMenu: () => void;
  toggleGrouping: () => void;
  help: () => void;
  escape: () => void;
}

/** Keys of the page. Those that move and act on an item count only while one has the focus. */
export function listenToKeys(tree: HTMLElement, actions: KeyActions): void {
  tree.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const action = event.shiftKey ? shiftedKeys(actions)[event.key] : treeKeys(actions)[event.key];
    if (action) act(event, action);
  });
  // Windows opens its own menu when the key comes up again; one menu is enough.
  tree.addEventListener('keyup', event => {
    if (event.key === 'ContextMenu') event.preventDefault();
  });
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    // The open dialog closes itself.
    if (document.querySelector('dialog[open]')) return;
    const action = pageKeys(actions)[event.key];
    if (action) act(event, action);
  });
}

type Keys = Partial<Record<string, () => void>>;

function treeKeys(actions: KeyActions): Keys {
  return {
    ArrowUp: () => actions.move('up'),
    ArrowDown: () => actions.move('down'),
    ArrowLeft: () => actions.move('left'),
    ArrowRight: () => actions.move('right'),
    Home: () => actions.move('first'),
    End: () => actions.move('last'),
    ' ': actions.select,
    Enter: actions.reveal,
    ContextMenu: actions.openMenu,
  };
}

function shiftedKeys(actions: KeyActions): Keys {
  return { F10: actions.openMenu };
}

function pageKeys(actions: KeyActions): Keys {
  return { h: actions.toggleGrouping, H: actions.toggleGrouping, '?': actions.help, Escape: actions.escape };
}

function act(event: KeyboardEvent, action: () => void): void {
  event.preventDefault();
  action();
}
