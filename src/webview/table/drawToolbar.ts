import { create, createIcon, setAttribute, setText } from '../dom';
import { tableKinds, type TableChoice, type TableKind } from './presentTable';
import { tableStrings as strings } from './tableStrings';

export interface ToolbarActions {
  chooseKind: (kind: TableKind) => void;
  filter: (text: string) => void;
  toggleColumns: () => void;
  copy: (as: 'markdown' | 'csv') => void;
  /** From the filter on to the rows. */
  leaveFilter: () => void;
}

export interface Toolbar {
  element: HTMLElement;
  update(choice: TableChoice, counts: { shown: number; all: number; hiddenColumns: number }): void;
  /** Says something where the count stands, until the next count. */
  say(text: string): void;
  focusFilter(): void;
}

/** What a row is, the filter with its count, the columns, and the copies. */
export function createToolbar(actions: ToolbarActions): Toolbar {
  const kinds = tableKinds.map(kind => ({
    kind,
    button: createButton(strings.kind[kind], strings.kindTitle[kind], () => actions.chooseKind(kind)),
  }));
  const switches = create(
    'div',
    'segmented',
    kinds.map(({ button }) => button),
  );
  switches.setAttribute('role', 'group');
  switches.setAttribute('aria-label', strings.kinds);
  const filter = createFilter(actions);
  const count = create('span', 'table-count');
  count.setAttribute('role', 'status');
  const columns = createButton(strings.allColumns, '', actions.toggleColumns, 'split-horizontal');
  const markdown = createButton(
    strings.copyMarkdown,
    strings.copyMarkdownTitle,
    () => actions.copy('markdown'),
    'copy',
  );
  const csv = createButton(strings.copyCsv, strings.copyCsvTitle, () => actions.copy('csv'), 'copy');
  let counted = '';
  return {
    element: create('div', 'table-bar', [
      switches,
      create('label', 'table-filter', [createIcon('filter'), filter]),
      count,
      create('div', 'table-tools', [columns, markdown, csv]),
    ]),
    update({ kind, allColumns, filter: text }, { shown, all, hiddenColumns }) {
      for (const each of kinds) setAttribute(each.button, 'aria-pressed', String(each.kind === kind));
      if (filter.value !== text && document.activeElement !== filter) filter.value = text;
      setAttribute(columns, 'aria-pressed', String(allColumns));
      columns.title = strings.allColumnsTitle(hiddenColumns);
      columns.hidden = hiddenColumns === 0;
      const next = strings.shown(shown, all, kind);
      // What was said stands until there is another count.
      if (next !== counted) setText(count, next);
      counted = next;
    },
    say: text => setText(count, text),
    focusFilter() {
      filter.focus();
      filter.select();
    },
  };
}

function createFilter(actions: ToolbarActions): HTMLInputElement {
  const filter = create('input');
  filter.type = 'search';
  filter.placeholder = strings.filterHint;
  filter.title = strings.filterHint;
  filter.setAttribute('aria-label', strings.filter);
  filter.spellcheck = false;
  filter.maxLength = 500;
  filter.addEventListener('input', () => actions.filter(filter.value));
  filter.addEventListener('keydown', event => {
    if (event.key === 'Escape' && filter.value !== '') {
      filter.value = '';
      actions.filter('');
    } else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') actions.leaveFilter();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return filter;
}

function createButton(text: string, title: string, act: () => void, icon?: string): HTMLButtonElement {
  const button = create('button', '', [...(icon === undefined ? [] : [createIcon(icon)]), text]);
  button.type = 'button';
  button.title = title;
  button.addEventListener('click', act);
  return button;
}
