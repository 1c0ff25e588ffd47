import { create, createIcon, setText } from '../dom';
import { isWhole, lastOf, type MapWindow } from './mapWindow';
import { slotStrings } from './slotStrings';

export interface ToolsView {
  element: HTMLElement;
  update(window: MapWindow): void;
}

/** Which slots the map shows, and the buttons to show fewer or more. */
export function createTools(act: (does: 'nearer' | 'farther' | 'whole') => void): ToolsView {
  const shows = create('span', 'slot-window');
  const farther = createTool('zoom-out', slotStrings.farther, () => act('farther'));
  const nearer = createTool('zoom-in', slotStrings.nearer, () => act('nearer'));
  const whole = createTool('screen-full', slotStrings.wholeMap, () => act('whole'));
  return {
    element: create('div', 'slot-tools', [shows, farther, nearer, whole]),
    update(window) {
      setText(shows, slotStrings.mapShows(window.first, lastOf(window)));
      farther.disabled = isWhole(window);
      whole.disabled = isWhole(window);
    },
  };
}

function createTool(icon: string, title: string, act: () => void): HTMLButtonElement {
  const button = create('button', 'icon-button', [createIcon(icon)]);
  button.type = 'button';
  button.title = title;
  button.setAttribute('aria-label', title);
  button.addEventListener('click', act);
  return button;
}
