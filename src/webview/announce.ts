import { create } from './dom';

/** Says something once through the page's live region; the same words twice are said twice. */
export function announce(region: HTMLElement, text: string): void {
  if (text !== '') region.replaceChildren(create('div', '', [text]));
}
