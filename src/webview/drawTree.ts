import type { Snapshot } from '../shared/pageProtocol';
import { create, setAttribute, setText } from './dom';
import { createGroupFrame, type GroupContext, type GroupFrame } from './drawGroup';
import { createNodeCard, type NodeCard } from './drawNode';
import { shardsByNode, type GroupBy, type NodeGroup } from './groupNodes';
import type { Box, Layout } from './layoutTopology';
import type { Motions } from './motion/motions';
import type { ShardTotals } from './numbers/shardTotals';
import type { DifferenceMarks } from './still/differenceMarks';
import { strings } from './strings';
import type { Fates } from './whatIf/fates';

interface TreeModel {
  snapshot: Snapshot;
  layout: Layout;
  groupBy: GroupBy;
  selectedNodeId: string | undefined;
  /** The item that holds the graph's one tab stop. */
  activeKey: string | undefined;
  /** Nodes to point out. */
  changedNodeIds: ReadonlySet<string>;
  /** Found by a search. */
  foundNodeIds?: ReadonlySet<string> | undefined;
  fates?: Fates | undefined;
  marks?: DifferenceMarks | undefined;
  totals?: ReadonlyMap<string, ShardTotals> | undefined;
  motions: Motions;
}

export interface TreeView {
  element: HTMLElement;
  update(model: TreeModel): void;
  /** The focusable item. */
  find(key: string): HTMLElement | undefined;
}

type Item =
  | { kind: 'vacancy'; element: HTMLElement; item?: never }
  | ({ kind: 'group' } & GroupFrame)
  | ({ kind: 'node' } & NodeCard);

/**
 * The graph: one element per box, kept for as long as the box exists, moved by transform. The list is flat, as in the
 * editor's own trees: level, position and set size tell the nesting.
 */
export function createTreeView(): TreeView {
  const element = create('div', 'tree');
  element.setAttribute('role', 'tree');
  const items = new Map<string, Item>();

  return {
    element,
    find: key => items.get(key)?.item,
    update(model) {
      const { layout, snapshot } = model;
      setAttribute(element, 'aria-label', strings.tree(snapshot.clusterName, model.groupBy));
      element.classList.toggle('dense', layout.dense);
      element.style.height = `${layout.height}px`;

      const focused = document.activeElement;
      const wanted = new Set(layout.boxes.map(box => box.key));
      for (const [key, item] of items) {
        if (wanted.has(key)) continue;
        item.element.remove();
        items.delete(key);
      }
      let next = element.firstElementChild;
      for (const box of layout.boxes) {
        const item = items.get(box.key) ?? createItem(box);
        items.set(box.key, item);
        if (item.element === next) next = next.nextElementSibling;
        else placeBefore(element, item.element, next);
      }
      fillItems(items, model);
      if (focused instanceof HTMLElement && focused !== document.activeElement && element.contains(focused))
        focused.focus({ preventScroll: true });
    },
  };
}

function createItem(box: Box): Item {
  switch (box.kind) {
    case 'group':
      return { kind: 'group', ...createGroupFrame() };
    case 'node':
      return { kind: 'node', ...createNodeCard() };
    case 'vacancy': {
      const element = create('div', 'box vacancy');
      element.setAttribute('aria-hidden', 'true');
      return { kind: 'vacancy', element };
    }
  }
}

/** `moveBefore` keeps focus and running transitions; a browser that lacks it (Safari, serving a remote editor) does without. */
export function placeBefore(parent: HTMLElement, child: Element, next: Element | null): void {
  if (child.isConnected && typeof parent.moveBefore === 'function') parent.moveBefore(child, next);
  else parent.insertBefore(child, next);
}

function fillItems(items: ReadonlyMap<string, Item>, model: TreeModel): void {
  const { boxes } = model.layout;
  const { nodes, clusterId, nowMilliseconds } = model.snapshot;
  const shards = shardsByNode(model.snapshot);
  const mastersInAll = nodes.filter(node => node.role === 'master' && node.slotCount > 0).length;
  const places = countPlaces(boxes);
  const { fates, snapshot, motions } = model;
  const contextOf = (group: NodeGroup): GroupContext => ({
    totals: model.totals?.get(group.shard?.id ?? ''),
    fate: fates?.shards.get(group.shard?.id ?? ''),
    band: motions.bands.get(group.shard?.masterId ?? ''),
    domain: group.kind === 'host' ? snapshot.domains.find(({ label }) => label === group.title) : undefined,
  });

  for (const box of boxes) {
    const item = items.get(box.key);
    if (!item) continue;
    placeBox(item.element, box);
    setAttribute(item.element, 'data-form', box.form);
    if (item.kind === 'vacancy' && box.kind === 'vacancy') {
      setText(item.element, strings.missing(box.missing, box.name));
      continue;
    }
    if (item.kind === 'group' && box.kind === 'group') item.update(box.group, mastersInAll, contextOf(box.group));
    if (item.kind === 'node' && box.kind === 'node') {
      const { id } = box.node;
      const selected = id === model.selectedNodeId;
      const shardName = shards.get(id)?.name;
      item.update(box.node, {
        clusterId,
        groupBy: model.groupBy,
        shardName,
        selected,
        nowMilliseconds,
        fate: fates?.nodes.get(id),
        difference: model.marks?.get(id),
        motion: motions.nodes.get(id),
      });
      setAttribute(item.element, 'data-changed', model.changedNodeIds.has(id) ? '' : undefined);
      setAttribute(item.element, 'data-found', model.foundNodeIds?.has(id) ? '' : undefined);
    }
    if (!item.item) continue;
    const { position, size } = places(box);
    setAttribute(item.item, 'data-key', box.key);
    setAttribute(item.item, 'aria-posinset', String(position));
    setAttribute(item.item, 'aria-setsize', String(size));
    setAttribute(item.item, 'tabindex', box.key === model.activeKey ? '0' : '-1');
  }
}

/** Groups count among groups, nodes within theirs. Asked in reading order. */
function countPlaces(boxes: readonly Box[]): (box: Box) => { position: number; size: number } {
  const setOf = (box: Box) => (box.kind === 'group' ? '' : box.groupKey);
  const sizes = new Map<string, number>();
  for (const box of boxes) if (box.kind !== 'vacancy') sizes.set(setOf(box), (sizes.get(setOf(box)) ?? 0) + 1);
  const passed = new Map<string, number>();
  return box => {
    const position = (passed.get(setOf(box)) ?? 0) + 1;
    passed.set(setOf(box), position);
    return { position, size: sizes.get(setOf(box)) ?? 0 };
  };
}

function placeBox({ style }: HTMLElement, { x, y, width, height }: Box): void {
  style.transform = `translate(${x}px, ${y}px)`;
  style.width = `${width}px`;
  style.height = `${height}px`;
}
