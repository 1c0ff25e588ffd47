import { pageViews, type PageView, type Snapshot } from '../shared/pageProtocol';
import { create, createIcon, setAttribute, setClippedText, setIcon } from './dom';
import { strings } from './strings';

export interface HeaderView {
  element: HTMLElement;
  update(snapshot: Snapshot | undefined, view: PageView): void;
}

/** The cluster's name, how it is, what it has, and the switch between the views. */
export function createHeader(actions: { choose: (view: PageView) => void; help: () => void }): HeaderView {
  const name = create('h1', 'clip', [strings.title]);
  const statusIcon = createIcon();
  const statusText = create('span', 'clip');
  const status = create('span', 'status', [statusIcon, statusText]);
  const marks = create('span', 'marks');
  const counts = create('span', 'counts clip');
  const switches = pageViews.map(view => ({ view, button: createSwitch(view, () => actions.choose(view)) }));
  const views = create(
    'div',
    'segmented',
    switches.map(({ button }) => button),
  );
  views.setAttribute('role', 'group');
  views.setAttribute('aria-label', strings.views);
  const controls = create('div', 'controls', [views, createHelpButton(actions.help)]);
  const element = create('header', 'page-header', [
    create('div', 'page-title', [name, status, marks]),
    create('div', 'page-bar', [counts, controls]),
  ]);

  return {
    element,
    update(snapshot, chosen) {
      element.classList.toggle('waiting', !snapshot);
      for (const { view, button } of switches) setAttribute(button, 'aria-pressed', String(view === chosen));
      if (!snapshot) return;
      element.classList.toggle('marked', snapshot.color !== undefined);
      element.style.setProperty('--mark', snapshot.color === undefined ? '' : `var(--vscode-charts-${snapshot.color})`);
      setClippedText(name, snapshot.clusterName);
      setAttribute(status, 'data-status', snapshot.status);
      setIcon(statusIcon, statusIcons[snapshot.status]);
      setClippedText(statusText, snapshot.statusText);
      setClippedText(counts, snapshot.nodes.length === 0 ? '' : strings.counts(snapshot.nodes));
      views.hidden = snapshot.nodes.length === 0;
      const shown = [...marks.children].map(mark => mark.textContent);
      if (shown.join('\n') !== snapshot.marks.join('\n'))
        marks.replaceChildren(...snapshot.marks.map(mark => create('span', 'mark', [mark])));
    },
  };
}

const statusIcons: Record<Snapshot['status'], string> = {
  ok: 'pass-filled',
  degraded: 'warning',
  failing: 'error',
  none: 'circle-large-outline',
  unknown: 'question',
};

const viewIcons: Record<PageView, string> = {
  graph: 'type-hierarchy-sub',
  slots: 'symbol-array',
  hosts: 'server',
  table: 'table',
};

function createSwitch(view: PageView, choose: () => void): HTMLButtonElement {
  const button = create('button', '', [createIcon(viewIcons[view])]);
  button.append(create('span', 'view-name', [strings.viewName[view]]));
  button.type = 'button';
  button.title = strings.viewTitle[view];
  button.addEventListener('click', choose);
  return button;
}

function createHelpButton(open: () => void): HTMLButtonElement {
  const button = create('button', 'icon-button', [createIcon('question')]);
  button.type = 'button';
  button.title = strings.help;
  button.setAttribute('aria-label', strings.help);
  button.setAttribute('aria-haspopup', 'dialog');
  button.addEventListener('click', open);
  return button;
}
