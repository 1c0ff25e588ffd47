import { create, setText } from '../dom';
import { joinFigures } from '../joinWords';
import { slotStrings } from './slotStrings';

export interface DetailView {
  element: HTMLElement;
  update(title: string, parts: readonly string[]): void;
}

/** What is known of the slot under the pointer, or else under the cursor; read out as the cursor moves. */
export function createDetail(): DetailView {
  const title = create('strong');
  const words = create('span');
  const element = create('p', 'slot-detail', [title, words]);
  element.setAttribute('role', 'status');
  element.setAttribute('aria-label', slotStrings.slotDetail);
  return {
    element,
    update(name, parts) {
      setText(title, name);
      setText(words, ` · ${joinFigures(parts)}`);
    },
  };
}
