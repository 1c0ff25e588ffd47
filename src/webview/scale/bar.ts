import { create, createIcon, createIconButton, setAttribute, setText } from '../dom';
import { formatNumber } from '../formatNumbers';
import { strings } from '../strings';

export interface BarActions {
  /** With every letter. */
  search: (text: string) => void;
  /** Enter: the next one found, or with -1 the one before. */
  next: (by: 1 | -1) => void;
  /** Esc in the field. */
  leave: () => void;
  toggleProblems: () => void;
  zoom: (factor: number) => void;
  fit: () => void;
}

export interface BarModel {
  found: { count: number; at: number | undefined } | undefined;
  problemsOnly: boolean;
  /** How many shards are in trouble. */
  troubled: number;
  /** Something is wrong that could be shown alone. */
  filterable: boolean;
  statement: string;
  zoomable: boolean;
}

export interface Bar {
  element: HTMLElement;
  update(model: BarModel): void;
  focusSearch(): void;
}

/** What large clusters need above them: a search, the problems alone, a zoom. */
export function createBar(actions: BarActions): Bar {
  const field = create('input', 'search-field');
  field.type = 'search';
  field.placeholder = strings.scale.searchHint;
  field.setAttribute('aria-label', strings.scale.search);
  field.spellcheck = false;
  const found = create('span', 'search-found');
  found.setAttribute('role', 'status');
  const count = create('span', 'count');
  const problems = create('button', 'toggle', [
    createIcon('filter'),
    create('span', '', [strings.scale.problemsOnly]),
    count,
  ]);
  problems.type = 'button';
  problems.title = strings.scale.problemsOnlyTitle;
  const statement = create('span', 'statement clip');
  const zoom = create('div', 'segmented', [
    createIconButton('zoom-out', strings.scale.zoomOut, () => actions.zoom(1 / 1.4)),
    createIconButton('screen-full', strings.scale.zoomFit, actions.fit),
    createIconButton('zoom-in', strings.scale.zoomIn, () => actions.zoom(1.4)),
  ]);
  zoom.setAttribute('role', 'group');
  zoom.setAttribute('aria-label', strings.scale.zoom);
  const element = create('div', 'scale-bar', [
    create('div', 'search', [createIcon('search'), field, found]),
    problems,
    statement,
    zoom,
  ]);

  field.addEventListener('input', () => actions.search(field.value));
  field.addEventListener('keydown', event => {
    if (event.key === 'Enter') actions.next(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      if (field.value === '') actions.leave();
      field.value = '';
      actions.search('');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  problems.addEventListener('click', actions.toggleProblems);

  return {
    element,
    focusSearch() {
      field.focus();
      field.select();
    },
    update(model) {
      setText(found, model.found ? strings.scale.found(model.found.count, model.found.at) : '');
      setAttribute(problems, 'aria-pressed', String(model.problemsOnly));
      problems.disabled = !model.filterable;
      setText(count, formatNumber(model.troubled));
      count.hidden = model.troubled === 0;
      setText(statement, model.statement);
      zoom.hidden = !model.zoomable;
    },
  };
}
