import { create, createIcon } from './dom';
import { createMarker, updateMarker } from './drawMarker';
import { helpStrings } from './helpStrings';
import { strings } from './strings';

export interface HelpView {
  element: HTMLElement;
  open: () => void;
}

/** Keys and marks, in a dialog of the browser's own: it keeps the focus, closes on Esc and gives the focus back. */
export function createHelp(): HelpView {
  const close = create('button', 'icon-button', [createIcon('close')]);
  close.type = 'button';
  close.setAttribute('aria-label', strings.close);
  const dialog = create('dialog', 'help', [
    create('div', 'help-head', [create('h2', '', [strings.help]), close]),
    create('div', 'help-body', [
      create('section', '', [create('h3', '', [helpStrings.keysTitle]), createKeys()]),
      create('section', '', [create('h3', '', [helpStrings.marksTitle]), createMarks()]),
    ]),
  ]);
  dialog.setAttribute('aria-label', strings.help);
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', event => {
    if (event.target === dialog) dialog.close();
  });
  return {
    element: dialog,
    open() {
      if (!dialog.open) dialog.showModal();
    },
  };
}

function createKeys(): HTMLElement {
  return create(
    'dl',
    'help-keys',
    helpStrings.keys.map(([keys, does]) =>
      create('div', '', [
        create(
          'dt',
          '',
          keys.split(/\s+/).map(key => create('kbd', '', [key])),
        ),
        create('dd', '', [does]),
      ]),
    ),
  );
}

function createMarks(): HTMLElement {
  return create(
    'ul',
    'help-marks',
    helpStrings.marks.map(([role, state, word]) => {
      const marker = createMarker();
      updateMarker(marker, role, state);
      const item = create('li', '', [marker, create('span', '', [word])]);
      item.dataset.role = role;
      item.dataset.state = state;
      return item;
    }),
  );
}
