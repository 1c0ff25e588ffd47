import { create, setAttribute, setText } from '../dom';
import type { ViewModel } from '../view';
import { createMatrixRow, type RowView } from './drawMatrixRow';
import { hostStrings as strings } from './hostStrings';
import type { Matrix } from './matrix';
import { matrixItems, type MatrixItem } from './matrixItems';

export interface MatrixView {
  element: HTMLElement;
  items: HTMLElement;
  /** In reading order. */
  readonly list: readonly MatrixItem[];
  update(matrix: Matrix, model: ViewModel, activeKey: string | undefined): void;
  find(key: string): HTMLElement | undefined;
}

/** From so many shards on the columns are as narrow as a mark. */
const NARROW_FROM = 40;

/**
 * Hosts down, shards across. Only what is there has an element: of 50 hosts and 334 shards, 1000 nodes have a place and 16,000 cells
 * would be empty. Each keeps its element for as long as it is there.
 */
export function createMatrix(): MatrixView {
  const corner = create('span', 'matrix-corner', [strings.host]);
  corner.setAttribute('role', 'columnheader');
  corner.setAttribute('aria-colindex', '1');
  const heads = create('div', 'matrix-row matrix-heads', [corner]);
  heads.setAttribute('role', 'row');
  heads.setAttribute('aria-rowindex', '1');
  const body = create('div', 'matrix-body');
  body.setAttribute('role', 'rowgroup');
  const headGroup = create('div', 'matrix-head', [heads]);
  headGroup.setAttribute('role', 'rowgroup');
  const grid = create('div', 'matrix', [headGroup, body]);
  grid.setAttribute('role', 'grid');
  const element = create('div', 'matrix-scroll', [grid]);
  const rows = new Map<string, RowView>();
  let list: readonly MatrixItem[] = [];

  return {
    element,
    items: body,
    get list() {
      return list;
    },
    find(key) {
      for (const row of rows.values()) {
        const found = row.find(key);
        if (found) return found;
      }
      return undefined;
    },
    update(matrix, model, activeKey) {
      list = matrixItems(matrix);
      setAttribute(grid, 'aria-label', strings.matrix(model.snapshot.clusterName));
      setAttribute(grid, 'aria-rowcount', String(matrix.rows.length + 1));
      setAttribute(grid, 'aria-colcount', String(matrix.shards.length + 1));
      grid.classList.toggle('narrow', matrix.shards.length >= NARROW_FROM);
      grid.style.setProperty('--shards', String(matrix.shards.length));
      drawHeads(heads, matrix);
      const labels = new Set(matrix.rows.map(({ label }) => label));
      for (const [label, row] of rows) {
        if (labels.has(label)) continue;
        row.element.remove();
        rows.delete(label);
      }
      matrix.rows.forEach((row, index) => {
        const view = rows.get(row.label) ?? createMatrixRow();
        rows.set(row.label, view);
        if (body.children[index] !== view.element) body.insertBefore(view.element, body.children[index] ?? null);
        view.update(row, { model, matrix, index, activeKey });
      });
    },
  };
}

function drawHeads(heads: HTMLElement, { shards }: Matrix): void {
  while (heads.children.length > shards.length + 1) heads.lastElementChild?.remove();
  shards.forEach(({ name, slots }, index) => {
    const head =
      (heads.children[index + 1] as HTMLElement | undefined) ?? heads.appendChild(create('span', 'matrix-cell'));
    setAttribute(head, 'role', 'columnheader');
    setAttribute(head, 'aria-colindex', String(index + 2));
    setAttribute(head, 'aria-label', name);
    setAttribute(head, 'title', strings.shardTitle(name, slots));
    setText(head, strings.shardNumber(name));
    head.style.setProperty('--column', String(index));
  });
}
