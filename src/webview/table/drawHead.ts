import { create, createIcon, setAttribute, setIcon, setText } from '../dom';
import type { ShownColumn } from './presentTable';
import type { Sort } from './sortRows';

export interface HeadView {
  element: HTMLElement;
  update(columns: readonly ShownColumn[], sort: Sort | undefined): void;
}

/** The headings: each is a button that sorts. */
export function createHead(sortBy: (columnId: string) => void): HeadView {
  const row = create('tr');
  row.setAttribute('role', 'row');
  row.setAttribute('aria-rowindex', '1');
  const element = create('thead', 'table-head', [row]);
  element.setAttribute('role', 'rowgroup');
  const headings = new Map<string, ReturnType<typeof createHeading>>();

  return {
    element,
    update(columns, sort) {
      columns.forEach((column, index) => {
        const heading = headings.get(column.id) ?? createHeading(column, () => sortBy(column.id));
        headings.set(column.id, heading);
        heading.update(sort?.columnId === column.id ? sort : undefined);
        if (row.children[index] !== heading.element) row.insertBefore(heading.element, row.children[index] ?? null);
      });
      while (row.children.length > columns.length) row.lastElementChild?.remove();
    },
  };
}

function createHeading({ title, numeric }: ShownColumn, sort: () => void) {
  const icon = createIcon();
  const button = create('button', '', [create('span', 'clip', [title]), icon]);
  button.type = 'button';
  button.title = title;
  button.addEventListener('click', sort);
  const element = create('th', numeric ? 'numeric' : '', [button]);
  element.setAttribute('role', 'columnheader');
  return {
    element,
    update(sorted: Sort | undefined) {
      setAttribute(element, 'aria-sort', sorted ? (sorted.descending ? 'descending' : 'ascending') : undefined);
      setIcon(icon, sorted ? (sorted.descending ? 'arrow-down' : 'arrow-up') : 'blank');
    },
  };
}

/** What all rows have together. */
export function createFoot(): { element: HTMLElement; update(columns: readonly ShownColumn[]): void } {
  const row = create('tr');
  row.setAttribute('role', 'row');
  const element = create('tfoot', 'table-foot', [row]);
  element.setAttribute('role', 'rowgroup');
  return {
    element,
    update(columns) {
      while (row.children.length > columns.length) row.lastElementChild?.remove();
      columns.forEach(({ total, numeric }, index) => {
        const cell = row.children[index] ?? row.appendChild(create('td', '', [create('span', 'clip')]));
        setAttribute(cell, 'role', index === 0 ? 'rowheader' : 'gridcell');
        setAttribute(cell, 'class', numeric ? 'numeric' : undefined);
        setText(cell.firstElementChild!, total);
      });
    },
  };
}
