import { create } from './dom';
import { createTreeView } from './drawTree';
import { isDense } from './layoutSizes';
import { layoutTopology, type Layout } from './layoutTopology';
import { createOverlay } from './motion/drawOverlay';
import { findMotions } from './motion/motions';
import { routeMotions } from './motion/routeMotions';
import { navigate } from './navigate';
import { openMenuOn } from './openMenu';
import { layoutTiles } from './scale/layoutTiles';
import type { View, ViewModel } from './view';

const BASE_FONT_PIXELS = 13;

/**
 * Shards or hosts as boxes with their nodes in them: a tree in its frame that lays out for the room there is, holds the one
 * tab stop and follows the focus.
 */
export function createGraph(): View & { activeKey(): string | undefined } {
  const view = createTreeView();
  /** One em wide: a change of the font size reaches the same observer as one of the width. */
  const probe = create('span', 'em-probe');
  probe.setAttribute('aria-hidden', 'true');
  const overlay = createOverlay();
  const element = create('div', 'graph', [view.element, overlay.element, probe]);

  let model: ViewModel | undefined;
  let layout: Layout | undefined;
  let activeKey: string | undefined;
  let drawnFor = '';
  let drawLines = (): void => undefined;

  const observer = new ResizeObserver(() => {
    if (model && drawnFor !== measure()) draw(false);
  });
  observer.observe(element);
  observer.observe(probe);

  view.element.addEventListener('focusin', event => {
    const key = (event.target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key;
    if (key !== undefined) activate(key);
    drawLines();
  });
  view.element.addEventListener('focusout', () => drawLines());

  return {
    element,
    items: view.element,
    update(given) {
      model = given;
      draw(given.animated);
    },
    move(move) {
      if (!layout || activeKey === undefined) return;
      const key = navigate(layout.boxes, activeKey, move);
      if (key !== undefined) view.find(key)?.focus();
    },
    activeNodeId,
    activeKey: () => activeKey,
    show(nodeId, takeFocus) {
      const target = view.find(`node:${nodeId}`);
      if (!target) return;
      activate(`node:${nodeId}`);
      if (takeFocus) target.focus({ preventScroll: true });
      target.scrollIntoView({ block: 'nearest' });
    },
    openMenu() {
      const target = activeKey === undefined ? undefined : view.find(activeKey);
      if (target) openMenuOn(target);
    },
  };

  function draw(animated: boolean): void {
    if (!model) return;
    const hadFocus = view.element.contains(document.activeElement);
    const before = layout?.boxes.filter(isItem).map(box => box.key) ?? [];
    drawnFor = measure();
    const { snapshot, selectedNodeId, changedNodeIds, foundNodeIds, fates, totals, marks } = model;
    const groupBy = model.view === 'hosts' ? 'host' : 'shard';
    const room = { width: element.clientWidth, scale: measureScale() };
    const asTiles = groupBy === 'shard' && isDense(model.nodesInAll ?? snapshot.nodes.length);
    const placed = asTiles ? layoutTiles(snapshot, room) : layoutTopology(snapshot, { ...room, groupBy });
    const motions = findMotions(snapshot);
    // A host is neither end of a move: its masters are.
    const routed = routeMotions(placed, groupBy === 'shard' ? motions : { ...motions, transfers: [] }, room.scale);
    layout = routed.layout;
    activeKey = keepActive(before, layout, activeKey, selectedNodeId);
    view.element.classList.toggle('animated', animated);
    const shown = {
      selectedNodeId,
      activeKey,
      changedNodeIds,
      foundNodeIds,
      fates,
      totals: totals?.(),
      marks,
      motions,
    };
    view.update({ snapshot, layout, groupBy, ...shown });
    if (hadFocus && activeKey !== undefined && !view.element.contains(document.activeElement))
      view.find(activeKey)?.focus({ preventScroll: true });
    drawLines = () => {
      const hasFocus = view.element.contains(document.activeElement);
      overlay.update({ routed, motions, pointedId: (hasFocus ? activeNodeId() : undefined) ?? selectedNodeId });
    };
    drawLines();
  }

  function activeNodeId(): string | undefined {
    const box = layout?.boxes.find(box => box.key === activeKey);
    return box?.kind === 'node' ? box.node.id : undefined;
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
