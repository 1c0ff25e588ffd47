import type { PageView, Snapshot } from '../shared/pageProtocol';
import { create, createIcon, setIcon, setText } from './dom';
import { strings } from './strings';

export interface NoticeView {
  element: HTMLElement;
  /** `missing`: a view that was asked for and whose code could not be loaded. */
  update(snapshot: Snapshot | undefined, missing?: PageView): void;
}

/** What stands in the place of the views while there is nothing to draw, or above them when one could not be loaded. */
export function createNotice(): NoticeView {
  const icon = createIcon();
  const title = create('p', 'notice-title');
  const text = create('p', 'notice-text');
  const element = create('div', 'notice', [icon, title, text]);
  return {
    element,
    update(snapshot, missing) {
      element.hidden = snapshot !== undefined && snapshot.nodes.length > 0 && missing === undefined;
      element.classList.toggle('above', missing !== undefined);
      if (missing) return show('error', strings.viewMissing(strings.viewName[missing]), strings.viewMissingText);
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
