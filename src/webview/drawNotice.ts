import type { Snapshot } from '../shared/pageProtocol';
import { create, createIcon, setIcon, setText } from './dom';
import { strings } from './strings';

export interface NoticeView {
  element: HTMLElement;
  update(snapshot: Snapshot | undefined): void;
}

/** What stands in the place of the graph while there is nothing to draw. */
export function createNotice(): NoticeView {
  const icon = createIcon();
  const title = create('p', 'notice-title');
  const text = create('p', 'notice-text');
  const element = create('div', 'notice', [icon, title, text]);
  return {
    element,
    update(snapshot) {
      element.hidden = snapshot !== undefined && snapshot.nodes.length > 0;
      if (!snapshot) return show('loading', strings.waiting, '');
      if (snapshot.status === 'unknown')
        return show('debug-disconnect', strings.unreachableTitle, strings.unreachableText);
      show('circle-large-outline', strings.emptyTitle, strings.emptyText);
    },
  };

  function show(name: string, heading: string, explanation: string): void {
    setIcon(icon, name);
    setText(title, heading);
    setText(text, explanation);
  }
}
