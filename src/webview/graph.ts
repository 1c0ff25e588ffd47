import type { Snapshot } from '../shared/pageProtocol';
import { create } from './dom';
import { createTreeView } from './drawTree';
import type { GroupBy } from './groupNodes';
import { layoutTopology, type Layout } from './layoutTopology';
import { navigate, type Move } from './navigate';

interface GraphModel {
  snapshot: Snapshot;
  groupBy: GroupBy;
  selectedNodeId: string | undefined;
}

/** The tree in its frame: lays out for the room there is, holds the one tab stop, follows the focus. */
export interface Graph {
  element: HTMLElement;
  tree: HTMLElement;
  update(model: GraphModel, changedNodeIds: ReadonlySet<string>, animated: boolean): void;
  move: (move: Move) => void;
  /** The node that has the tab stop, if it is a node. */
  activeNodeId(): string | undefined;
  /** Makes it the tab stop and scrolls to it; takes the focus only when asked. */
  show(nodeId: string, takeFocus: boolean): void;
  openMenu: () => void;
}

const BASE_FONT_PIXELS = 13;
const NOTHING: ReadonlySet<string> = new Set();

export function createGraph(): Graph {
  const view = createTreeView();
  /** One em wide: a change of the font size reaches the same observer as one of the width. */
  const probe = create('span', 'em-probe');
  probe.setAttribute('aria-hidden', 'true');
  const element = create('div', 'graph', [view.element, probe]);

  let model: GraphModel | undefined;
  let layout: Layout | undefined;
  let changed = NOTHING;
  let activeKey: string | undefined;
  let drawnFor = '';

  const observer = new ResizeObserver(() => {
    if (model && drawnFor !== measure()) draw(false);
  });
  observer.observe(element);
  observer.observe(probe);

  view.element.addEventListener('focusin', event => {
    const key = (event.target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key;
    if (key !== undefined) activate(key);
  });

  return {
    element,
    tree: view.element,
    update(given, changedNodeIds, animated) {
      model = given;
      changed = changedNodeIds;
      draw(animated);
    },
    move(move) {
      if (!layout || activeKey === undefined) return;
      const key = navigate(layout.boxes, activeKey, move);
      if (key !== undefined) view.find(key)?.focus();
    },
    activeNodeId: () => {
      const box = layout?.boxes.find(box => box.key === activeKey);
      return box?.kind === 'node' ? box.node.id : undefined;
    },
    show(nodeId, takeFocus) {
      const target = view.find(`node:${nodeId}`);
      if (!target) return;
      activate(`node:${nodeId}`);
      if (takeFocus) target.focus({ preventScroll: true });
      target.scrollIntoView({ block: 'nearest' });
    },
    openMenu() {
      const target = activeKey === undefined ? undefined : view.find(activeKey);
      if (!target) return;
      const { left, top, width } = target.getBoundingClientRect();
      const place = { clientX: left + Math.min(width / 2, 32), clientY: Math.max(0, top + 24) };
      target.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, view: window, ...place }));
    },
  };

  function draw(animated: boolean): void {
    if (!model) return;
    const hadFocus = view.element.contains(document.activeElement);
    const before = layout?.boxes.filter(isItem).map(box => box.key) ?? [];
    drawnFor = measure();
    const { snapshot, groupBy, selectedNodeId } = model;
    layout = layoutTopology(snapshot, { width: element.clientWidth, groupBy, scale: measureScale() });
    activeKey = keepActive(before, layout, activeKey, selectedNodeId);
    view.element.classList.toggle('animated', animated);
    view.update({ snapshot, layout, groupBy, selectedNodeId, activeKey, changedNodeIds: changed });
    if (hadFocus && activeKey !== undefined && !view.element.contains(document.activeElement))
      view.find(activeKey)?.focus({ preventScroll: true });
  }

  function activate(key: string): void {
    if (activeKey !== undefined) view.find(activeKey)?.setAttribute('tabindex', '-1');
    activeKey = key;
    view.find(key)?.setAttribute('tabindex', '0');
  }

  function measure(): string {
    return `${element.clientWidth}/${measureScale()}`;
  }

  function measureScale(): number {
    return Math.min(3, Math.max(0.75, probe.getBoundingClientRect().width / BASE_FONT_PIXELS));
  }
}

function isItem(box: Layout['boxes'][number]): boolean {
  return box.kind !== 'vacancy';
}

/** When the active item is gone: the selected node, else what now stands at its place in reading order. */
function keepActive(
  before: readonly string[],
  { boxes }: Layout,
  activeKey: string | undefined,
  selectedNodeId: string | undefined,
): string | undefined {
  const keys = boxes.filter(isItem).map(box => box.key);
  if (activeKey !== undefined && keys.includes(activeKey)) return activeKey;
  const selectedKey = `node:${selectedNodeId}`;
  if (keys.includes(selectedKey)) return selectedKey;
  const index = activeKey === undefined ? 0 : Math.max(0, before.indexOf(activeKey));
  return keys[Math.min(index, keys.length - 1)];
}
