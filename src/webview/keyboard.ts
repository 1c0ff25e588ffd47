import { pageViews, type PageView } from '../shared/pageProtocol';
import type { Move } from './navigate';

export interface KeyActions {
  move: (move: Move) => void;
  select: () => void;
  reveal: () => void;
  openMenu: () => void;
  choose: (view: PageView) => void;
  /** A key that the shown view knows; false when it does not. */
  press: (key: string) => boolean;
  whatIf: () => void;
  /** Picks up what has the tab stop. */
  carry: () => void;
  toggleHosts: () => void;
  help: () => void;
  escape: () => void;
}

/** Keys that move and act on an item: they count only while one in the list has the focus. */
export function listenToItemKeys(list: HTMLElement, actions: KeyActions): void {
  list.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const action = event.shiftKey ? shiftedKeys(actions)[event.key] : itemKeys(actions)[event.key];
    if (action) act(event, action);
  });
  // Windows opens its own menu when the key comes up again; one menu is enough.
  list.addEventListener('keyup', event => {
    if (event.key === 'ContextMenu') event.preventDefault();
  });
}

/** Keys of the page, wherever the focus is. */
export function listenToPageKeys(actions: KeyActions): void {
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    // The open dialog closes itself.
    if (document.querySelector('dialog[open]') || isTyping(event)) return;
    const action = pageKeys(actions)[event.key];
    if (action) act(event, action);
    else if (actions.press(event.key)) event.preventDefault();
  });
}

type Keys = Partial<Record<string, () => void>>;

function itemKeys(actions: KeyActions): Keys {
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
  return {
    ...Object.fromEntries(pageViews.map((view, index) => [String(index + 1), () => actions.choose(view)])),
    w: actions.whatIf,
    W: actions.whatIf,
    m: actions.carry,
    M: actions.carry,
    h: actions.toggleHosts,
    H: actions.toggleHosts,
    '?': actions.help,
    Escape: actions.escape,
  };
}

function isTyping({ target }: Event): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}

function act(event: KeyboardEvent, action: () => void): void {
  event.preventDefault();
  action();
}
