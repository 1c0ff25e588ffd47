import type { PageNode } from '../../shared/pageProtocol';
import { create, createIcon, setAttribute, setMiddleClippedText, setText } from '../dom';
import { nodeMenuContext } from '../menuContext';
import type { ViewModel } from '../view';
import { hostStrings as strings } from './hostStrings';
import { cellKeyOf, type Matrix, type MatrixCell, type MatrixRow } from './matrix';

export interface RowContext {
  model: ViewModel;
  matrix: Matrix;
  index: number;
  activeKey: string | undefined;
}

export interface RowView {
  element: HTMLElement;
  update(row: MatrixRow, context: RowContext): void;
  find(key: string): HTMLElement | undefined;
}

/** A host with its cells. It writes only in cells that show something else than before. */
export function createMatrixRow(): RowView {
  const name = create('span', 'matrix-host-name clip');
  const icon = createIcon('warning');
  const verdict = create('span', 'matrix-verdict', [icon, create('span')]);
  const head = create('div', 'matrix-host', [name, verdict]);
  head.setAttribute('role', 'rowheader');
  head.setAttribute('aria-colindex', '1');
  const element = create('div', 'matrix-row', [head]);
  element.setAttribute('role', 'row');
  const cells = new Map<string, { element: HTMLElement; drawn: string }>();

  return {
    element,
    find: key => (head.dataset.key === key ? head : cells.get(key)?.element),
    update(row, { model, matrix, index, activeKey }) {
      setAttribute(element, 'aria-rowindex', String(index + 2));
      setAttribute(element, 'data-verdict', row.verdict);
      setMiddleClippedText(name, row.label);
      verdict.hidden = !row.verdict;
      if (row.verdict) setText(verdict.lastElementChild!, strings.verdictShort[row.verdict]);
      const label = strings.rowLabel(row.label, row.domain?.text);
      fillItem(head, { key: `host:${row.label}`, label, activeKey });
      setAttribute(head, 'title', label);
      const keys = new Set(row.cells.map(cell => cellKeyOf(row.label, matrix.shards[cell.shardIndex]!.id)));
      for (const [key, { element: cell }] of cells) {
        if (keys.has(key)) continue;
        cell.remove();
        cells.delete(key);
      }
      row.cells.forEach((cell, at) => {
        const key = cellKeyOf(row.label, matrix.shards[cell.shardIndex]!.id);
        const view = cells.get(key) ?? { element: createMatrixCell(), drawn: '' };
        cells.set(key, view);
        if (element.children[at + 1] !== view.element)
          element.insertBefore(view.element, element.children[at + 1] ?? null);
        // Of a thousand cells a poll changes a few.
        const look = lookOf(cell, key === activeKey, model);
        if (look === view.drawn) return;
        view.drawn = look;
        const words = strings.cellLabel(row.label, matrix.shards[cell.shardIndex]!.name, cell, model);
        fillItem(view.element, { key, label: words, activeKey });
        fillCell(view.element, cell, words, model);
      });
    },
  };
}

/** All that a cell shows or says, and that can change while it stays. */
function lookOf(
  { nodes, sharing, shardIndex }: MatrixCell,
  isActive: boolean,
  { selectedNodeId, changedNodeIds, fates, marks }: ViewModel,
): string {
  const looks = nodes.map(node =>
    [
      node.id,
      node.address,
      node.role,
      node.state,
      node.stateText,
      node.contextValue,
      node.formerShardId,
      node.id === selectedNodeId,
      changedNodeIds.has(node.id),
      fates?.nodes.get(node.id),
      marks?.get(node.id)?.text,
    ].join(),
  );
  return [shardIndex, sharing, isActive, ...looks].join(' ');
}

function createMatrixCell(): HTMLElement {
  const cell = create('div', 'matrix-cell');
  cell.setAttribute('role', 'gridcell');
  return cell;
}

function fillItem(
  item: HTMLElement,
  { key, label, activeKey }: { key: string; label: string; activeKey: string | undefined },
): void {
  setAttribute(item, 'data-key', key);
  setAttribute(item, 'aria-label', label);
  setAttribute(item, 'tabindex', key === activeKey ? '0' : '-1');
}

/** One mark per node; the first of them is the one that a click selects. */
function fillCell(
  cell: HTMLElement,
  { shardIndex, nodes, sharing }: MatrixCell,
  words: string,
  model: ViewModel,
): void {
  const { selectedNodeId, snapshot, fates, changedNodeIds, marks: differences } = model;
  const shown = nodes.find(({ id }) => id === selectedNodeId) ?? nodes[0]!;
  cell.style.setProperty('--column', String(shardIndex));
  setAttribute(cell, 'aria-colindex', String(shardIndex + 2));
  setAttribute(cell, 'title', words);
  setAttribute(cell, 'data-sharing', sharing);
  setAttribute(cell, 'data-node-id', shown.id);
  setAttribute(cell, 'data-vscode-context', nodeMenuContext(shown, snapshot.clusterId));
  setAttribute(cell, 'aria-selected', String(nodes.some(({ id }) => id === selectedNodeId)));
  setAttribute(cell, 'data-changed', nodes.some(({ id }) => changedNodeIds.has(id)) ? '' : undefined);
  setAttribute(cell, 'data-difference', nodes.some(({ id }) => differences?.has(id)) ? '' : undefined);
  const marks = groupMarks(nodes);
  while (cell.children.length > marks.length) cell.lastElementChild?.remove();
  marks.forEach(({ node, count }, index) => {
    const mark = (cell.children[index] as HTMLElement | undefined) ?? cell.appendChild(create('span', 'matrix-mark'));
    setAttribute(mark, 'data-role', node.role);
    setAttribute(mark, 'data-state', node.state);
    setAttribute(mark, 'data-fate', fates?.nodes.get(node.id));
    setText(mark, `${node.state === 'failed' ? '×' : node.role === 'master' ? 'M' : 'R'}${count > 1 ? count : ''}`);
  });
}

/** Copies that look the same are one mark with a number: fifty replicas of one shard have no room for fifty. */
function groupMarks(nodes: readonly PageNode[]): { node: PageNode; count: number }[] {
  const marks = new Map<string, { node: PageNode; count: number }>();
  for (const node of nodes) {
    const look = `${node.role} ${node.state}`;
    marks.set(look, { node: marks.get(look)?.node ?? node, count: (marks.get(look)?.count ?? 0) + 1 });
  }
  return [...marks.values()];
}
