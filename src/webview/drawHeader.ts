import type { Snapshot } from '../shared/pageProtocol';
import { create, createIcon, setAttribute, setClippedText, setIcon } from './dom';
import type { GroupBy } from './groupNodes';
import { strings } from './strings';

export interface HeaderView {
  element: HTMLElement;
  update(snapshot: Snapshot | undefined, groupBy: GroupBy): void;
}

/** The cluster's name, how it is, what it has, and the switch between the two groupings. */
export function createHeader(actions: { group: (by: GroupBy) => void; help: () => void }): HeaderView {
  const name = create('h1', 'clip', [strings.title]);
  const statusIcon = createIcon();
  const statusText = create('span', 'clip');
  const status = create('span', 'status', [statusIcon, statusText]);
  const marks = create('span', 'marks');
  const counts = create('span', 'counts clip');
  const switches = (['shard', 'host'] as const).map(by => ({ by, button: createSwitch(by, () => actions.group(by)) }));
  const group = create(
    'div',
    'segmented',
    switches.map(({ button }) => button),
  );
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', strings.groupBy);
  const controls = create('div', 'controls', [group, createHelpButton(actions.help)]);
  const element = create('header', 'page-header', [
    create('div', 'page-title', [name, status, marks]),
    create('div', 'page-bar', [counts, controls]),
  ]);

  return {
    element,
    update(snapshot, groupBy) {
      element.classList.toggle('waiting', !snapshot);
      for (const { by, button } of switches) setAttribute(button, 'aria-pressed', String(by === groupBy));
      if (!snapshot) return;
      setClippedText(name, snapshot.clusterName);
      setAttribute(status, 'data-status', snapshot.status);
      setIcon(statusIcon, statusIcons[snapshot.status]);
      setClippedText(statusText, snapshot.statusText);
      setClippedText(counts, snapshot.nodes.length === 0 ? '' : strings.counts(snapshot.nodes));
      group.hidden = snapshot.nodes.length === 0;
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

function createSwitch(by: GroupBy, choose: () => void): HTMLButtonElement {
  const button = create('button', '', [createIcon(by === 'shard' ? 'database' : 'server')]);
  button.append(create('span', '', [by === 'shard' ? strings.byShard : strings.byHost]));
  button.type = 'button';
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
