import { create, createIconButton, setText } from '../dom';
import { isWhole, lastOf, type MapWindow } from './mapWindow';
import { slotStrings } from './slotStrings';

export interface ToolsView {
  element: HTMLElement;
  update(window: MapWindow): void;
}

/** Which slots the map shows, and the buttons to show fewer or more. */
export function createTools(act: (does: 'nearer' | 'farther' | 'whole') => void): ToolsView {
  const shows = create('span', 'slot-window');
  const farther = createIconButton('zoom-out', slotStrings.farther, () => act('farther'), 'icon-button');
  const nearer = createIconButton('zoom-in', slotStrings.nearer, () => act('nearer'), 'icon-button');
  const whole = createIconButton('screen-full', slotStrings.wholeMap, () => act('whole'), 'icon-button');
  return {
    element: create('div', 'slot-tools', [shows, farther, nearer, whole]),
    update(window) {
      setText(shows, slotStrings.mapShows(window.first, lastOf(window)));
      farther.disabled = isWhole(window);
      whole.disabled = isWhole(window);
    },
  };
}
