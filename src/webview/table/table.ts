import { create, setAttribute } from '../dom';
import { placeBefore } from '../drawTree';
import { LONGEST_COPY } from '../../shared/pageProtocol';
import type { Move } from '../navigate';
import { openMenuOn } from '../openMenu';
import type { View, ViewModel } from '../view';
import { createFoot, createHead } from './drawHead';
import { createRow, type RowView } from './drawRow';
import { createToolbar } from './drawToolbar';
import { presentTable, type PresentedTable, type TableChoice } from './presentTable';
import { nextSort } from './sortRows';
import { tableStrings as strings } from './tableStrings';
import { visibleRows } from './visibleRows';

/** Ems. */
const ROW_HEIGHT = 2.15;

export interface TableView extends View {
  /** What was asked to be copied is in the clipboard. */
  confirmCopy(): void;
}

/** All nodes or all shards as a table: sorted, filtered, walked by keys, copied. Only rows near what is seen are drawn. */
export function createTable(actions: { copy: (text: string) => void }): TableView {
  let choice: TableChoice = { kind: 'nodes', filter: '', allColumns: false };
  let model: ViewModel | undefined;
  let table: PresentedTable | undefined;
  let activeKey: string | undefined;
  let rowHeight = 28;
  const rows = new Map<string, RowView>();

  const toolbar = createToolbar({
    chooseKind: kind => choose({ ...choice, kind, ...(kind !== choice.kind && { sort: undefined }) }),
    filter: filter => choose({ ...choice, filter }),
    toggleColumns: () => choose({ ...choice, allColumns: !choice.allColumns }),
    copy,
    leaveFilter: () => focusActive(),
  });
  const head = createHead(columnId => {
    const column = table?.columns.find(({ id }) => id === columnId);
    if (column) choose({ ...choice, sort: nextSort(choice.sort, column) });
  });
  const body = create('tbody', 'table-body');
  body.setAttribute('role', 'rowgroup');
  const foot = createFoot();
  const grid = create('table', 'table', [head.element, body, foot.element]);
  grid.setAttribute('role', 'grid');
  const scroller = create('div', 'table-scroll', [grid]);
  const clear = create('button', 'link', [strings.clear]);
  clear.type = 'button';
  const nothing = create('p', 'table-nothing', [strings.nothing, ' ', clear]);
  const probe = create('span', 'em-probe');
  probe.setAttribute('aria-hidden', 'true');
  const element = create('div', 'table-view', [toolbar.element, scroller, nothing, probe]);

  clear.addEventListener('click', () => {
    choose({ ...choice, filter: '' });
    toolbar.focusFilter();
  });
  body.addEventListener('focusin', event => {
    const key = (event.target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key;
    if (key !== undefined) activate(key);
  });
  body.addEventListener('keydown', event => {
    if (event.key !== 'PageDown' && event.key !== 'PageUp') return;
    event.preventDefault();
    step((event.key === 'PageDown' ? 1 : -1) * Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 3));
  });
  let scrolled = 0;
  scroller.addEventListener('scroll', () => {
    cancelAnimationFrame(scrolled);
    scrolled = requestAnimationFrame(drawRows);
  });
  const observer = new ResizeObserver(() => draw());
  observer.observe(scroller);
  observer.observe(probe);

  return {
    element,
    items: body,
    update(given) {
      model = given;
      draw();
    },
    move,
    activeNodeId: () => table?.rows.find(({ key }) => key === activeKey)?.node?.id,
    show(nodeId, takeFocus) {
      const index = table?.rows.findIndex(({ node }) => node?.id === nodeId) ?? -1;
      if (index >= 0) goTo(index, takeFocus);
    },
    openMenu() {
      const row = activeKey === undefined ? undefined : rows.get(activeKey);
      if (row) openMenuOn(row.element);
    },
    press(key) {
      if (key === '/') toolbar.focusFilter();
      return key === '/';
    },
    confirmCopy: () => toolbar.say(strings.copied(table?.rows.length ?? 0, choice.kind)),
  };

  function choose(next: Omit<TableChoice, 'sort'> & { sort?: TableChoice['sort'] | undefined }): void {
    const { sort, ...rest } = next;
    choice = { ...rest, ...(sort && { sort }) };
    draw();
  }

  function draw(): void {
    if (!model || element.hidden) return;
    const before = table?.rows.findIndex(({ key }) => key === activeKey) ?? -1;
    const em = Math.max(6, probe.getBoundingClientRect().width);
    rowHeight = Math.round(em * ROW_HEIGHT);
    table = presentTable(model.snapshot, choice, scroller.clientWidth / em, model.marks);
    activeKey = keepActive(before);
    const { columns, rows: shown, allRows, hiddenColumns } = table;
    setAttribute(grid, 'aria-label', strings.label[choice.kind]);
    setAttribute(grid, 'aria-rowcount', String(shown.length + 1));
    grid.style.setProperty('--columns', columns.map(({ width }) => `minmax(${width}em, ${width}fr)`).join(' '));
    grid.style.minWidth = `${columns.reduce((sum, { width }) => sum + width, 0)}em`;
    body.style.height = `${shown.length * rowHeight}px`;
    body.style.setProperty('--row', `${rowHeight}px`);
    head.update(columns, choice.sort);
    foot.update(columns);
    toolbar.update(choice, { shown: shown.length, all: allRows, hiddenColumns });
    scroller.hidden = shown.length === 0;
    nothing.hidden = shown.length > 0;
    drawRows();
  }

  /** What is near the part that is seen, and the row that has the tab stop: the focus must not go with a scroll. */
  function drawRows(): void {
    if (!model || !table) return;
    const { snapshot, selectedNodeId, changedNodeIds } = model;
    const seen = visibleRows(table.rows.length, {
      scrollTop: scroller.scrollTop,
      height: scroller.clientHeight || 600,
      rowHeight,
    });
    const focused = document.activeElement;
    const wanted = table.rows.flatMap((row, index) =>
      (index >= seen.first && index < seen.end) || row.key === activeKey ? [{ row, index }] : [],
    );
    const keys = new Set(wanted.map(({ row }) => row.key));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    let next = body.firstElementChild;
    for (const { row, index } of wanted) {
      const view = rows.get(row.key) ?? createRow();
      rows.set(row.key, view);
      if (view.element === next) next = next.nextElementSibling;
      else placeBefore(body, view.element, next);
      view.update(row, {
        clusterId: snapshot.clusterId,
        columns: table.columns,
        cells: table.cells(index),
        index,
        rowHeight,
        selected: row.node !== undefined && row.node.id === selectedNodeId,
        active: row.key === activeKey,
        changed: row.node !== undefined && changedNodeIds.has(row.node.id),
      });
    }
    if (focused instanceof HTMLElement && focused !== document.activeElement && body.contains(focused))
      focused.focus({ preventScroll: true });
  }

  function move(to: Move): void {
    if (!table) return;
    switch (to) {
      case 'up':
        return step(-1);
      case 'down':
        return step(1);
      case 'first':
        return goTo(0, true);
      case 'last':
        return goTo(table.rows.length - 1, true);
      case 'left':
      case 'right':
        scroller.scrollBy({ left: (to === 'left' ? -1 : 1) * 5 * rowHeight });
    }
  }

  function step(by: number): void {
    if (!table) return;
    const at = table.rows.findIndex(({ key }) => key === activeKey);
    goTo(Math.min(table.rows.length - 1, Math.max(0, at + by)), true);
  }

  function focusActive(): void {
    const at = table?.rows.findIndex(({ key }) => key === activeKey) ?? -1;
    if (at >= 0) goTo(at, true);
  }

  function goTo(index: number, takeFocus: boolean): void {
    const row = table?.rows[index];
    if (!row) return;
    activate(row.key);
    const room = scroller.clientHeight - head.element.offsetHeight - foot.element.offsetHeight;
    const top = index * rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + rowHeight - room;
    drawRows();
    if (takeFocus) rows.get(row.key)?.element.focus({ preventScroll: true });
  }

  function activate(key: string): void {
    if (activeKey !== undefined) rows.get(activeKey)?.element.setAttribute('tabindex', '-1');
    activeKey = key;
    rows.get(key)?.element.setAttribute('tabindex', '0');
  }

  /** When the active row is gone: the selected node, else what now stands at its place. */
  function keepActive(before: number): string | undefined {
    const shown = table?.rows ?? [];
    if (shown.some(({ key }) => key === activeKey)) return activeKey;
    const selected = shown.find(({ node }) => node !== undefined && node.id === model?.selectedNodeId);
    return (selected ?? shown[Math.min(Math.max(0, before), shown.length - 1)])?.key;
  }

  function copy(as: 'markdown' | 'csv'): void {
    const text = as === 'csv' ? table?.csv() : table?.markdown();
    if (text === undefined) return;
    if (text.length > LONGEST_COPY) toolbar.say(strings.tooLong);
    else actions.copy(text);
  }
}
