import { create, createIcon, setAttribute, setIcon, setText } from '../dom';
import { createMarker, updateMarker } from '../drawMarker';
import { stateIcons } from '../drawNode';
import { nodeMenuContext } from '../menuContext';
import { createSparkline, updateSparkline } from '../numbers/drawSparkline';
import type { Row } from './columns';
import type { Cell, ShownColumn } from './presentTable';

export interface RowContext {
  clusterId: string;
  columns: readonly ShownColumn[];
  cells: readonly Cell[];
  /** Among the rows shown, from 0. */
  index: number;
  rowHeight: number;
  selected: boolean;
  active: boolean;
  changed: boolean;
}

export interface RowView {
  element: HTMLElement;
  update(row: Row, context: RowContext): void;
}

/** One row; the same element for as long as it is drawn. It has the focus and the menu, its cells say what it is. */
export function createRow(): RowView {
  const element = create('tr', 'table-row');
  element.setAttribute('role', 'row');
  let views: CellView[] = [];
  let drawnColumns = '';

  return {
    element,
    update(row, { clusterId, columns, cells, index, rowHeight, selected, active, changed }) {
      const ids = columns.map(({ id }) => id).join();
      if (ids !== drawnColumns) {
        drawnColumns = ids;
        views = columns.map(createCell);
        element.replaceChildren(...views.map(view => view.element));
      }
      views.forEach((view, at) => view.update(row, cells[at]!));
      const { node } = row;
      element.style.transform = `translateY(${index * rowHeight}px)`;
      // The heading is the first row of the grid.
      setAttribute(element, 'aria-rowindex', String(index + 2));
      setAttribute(element, 'aria-selected', String(selected));
      setAttribute(element, 'tabindex', active ? '0' : '-1');
      setAttribute(element, 'data-key', row.key);
      setAttribute(element, 'data-node-id', node?.id);
      setAttribute(element, 'data-role', node?.role);
      setAttribute(element, 'data-state', node?.state);
      setAttribute(element, 'data-changed', changed ? '' : undefined);
      setAttribute(element, 'data-vscode-context', node && nodeMenuContext(node, clusterId));
    },
  };
}

interface CellView {
  element: HTMLElement;
  update(row: Row, cell: Cell): void;
}

function createCell({ id, numeric }: ShownColumn, index: number): CellView {
  const text = create('span', 'clip');
  const element = create(index === 0 ? 'th' : 'td', numeric ? 'numeric' : '', [text]);
  element.setAttribute('role', index === 0 ? 'rowheader' : 'gridcell');
  const setCellText = (words: string): void => {
    setText(text, words);
    setAttribute(element, 'title', words === '' ? undefined : words);
  };
  switch (id) {
    case 'name': {
      const marker = createMarker();
      element.prepend(marker);
      return {
        element,
        update: ({ node }, cell) => {
          if (node) updateMarker(marker, node.role, node.state);
          setCellText(cell.text);
        },
      };
    }
    case 'state': {
      const icon = createIcon();
      element.prepend(icon);
      return {
        element,
        update: ({ node }, cell) => {
          setIcon(icon, node ? stateIcons[node.state] : '');
          setCellText(cell.text);
        },
      };
    }
    case 'differs':
    case 'skew': {
      const icon = createIcon(id === 'skew' ? 'flame' : 'diff');
      element.prepend(icon);
      return {
        element,
        update: (_, cell) => {
          icon.hidden = cell.text === '';
          setCellText(cell.text);
        },
      };
    }
    case 'trend': {
      const spark = createSparkline();
      text.className = 'visually-hidden';
      element.prepend(spark);
      return {
        element,
        update: (_, cell) => {
          updateSparkline(spark, cell.figures ?? []);
          setCellText(cell.text);
        },
      };
    }
    default:
      return { element, update: (_, cell) => setCellText(cell.text) };
  }
}
