import { create, setAttribute } from '../dom';
import { groupNodes } from '../groupNodes';
import type { NodeBox } from '../layoutTopology';
import { findMotions, type Motions } from '../motion/motions';
import { paintTransfers } from '../motion/paintTransfers';
import { navigate } from '../navigate';
import { openMenuOn } from '../openMenu';
import { strings } from '../strings';
import type { View, ViewModel } from '../view';
import {
  createGridHover,
  createGridItem,
  fillGridHover,
  fillGridItem,
  placeOnStage,
  type GridItemModel,
} from './gridItem';
import { HitIndex } from './hitIndex';
import { layoutGrid, type GridLayout } from './layoutGrid';
import { createMinimap } from './minimap';
import { TILE_PIXELS, type GridPicture } from './paintGrid';
import { createPaletteReader, type Palette } from './palette';
import { listenToPointers } from './pointer';
import { repaintGrid } from './repaint';
import {
  bringIntoView,
  centreOn,
  fitAll,
  middleOf,
  panBy,
  toStage,
  zoomAt,
  type Size,
  type Viewport,
} from './viewport';

export interface GridModel extends ViewModel {
  troubledGroups: ReadonlySet<string>;
}

export interface Grid extends Omit<View, 'update'> {
  update(model: GridModel): void;
  zoom: (factor: number) => void;
  fit: () => void;
  /** In the middle, and large enough to be read. */
  centre(nodeId: string): void;
}

const PAN_PIXELS = 80;

/**
 * Hundreds of nodes on a canvas that is panned and zoomed, with one focusable element for the node that has the tab stop
 * and one for the node under the mouse.
 */
export function createGrid(): Grid {
  const canvas = create('canvas');
  const hover = createGridHover();
  const tree = create('div', 'grid-tree', [hover]);
  tree.setAttribute('role', 'tree');
  // A drag pans.
  tree.dataset.noDrag = '';
  const reader = createPaletteReader();
  const minimap = createMinimap((x, y) => look(centreOn(view, { x, y, width: 0, height: 0 }, 0, layout, stage)));
  const element = create('div', 'grid-stage', [canvas, tree, minimap.element, reader.element]);
  canvas.setAttribute('aria-hidden', 'true');
  const context = canvas.getContext('2d');

  let model: GridModel | undefined;
  let layout: GridLayout = { blocks: [], cells: [], width: 1, height: 1 };
  let stage: Size = { width: 0, height: 0 };
  let view: Viewport = { scale: 1, x: 0, y: 0 };
  /** Nobody zoomed or panned: all stays in sight. */
  let isFitted = true;
  let palette: Palette | undefined;
  /** What the canvas shows, if that can be painted on. */
  let painted: GridPicture | undefined;
  /** Made when the mouse is first over the picture. */
  let hits: HitIndex<NodeBox> | undefined;
  let cells = new Map<string, NodeBox>();
  let motions: Motions | undefined;
  let active: { id: string; item: HTMLElement } | undefined;
  let hovered: string | undefined;
  let frame: number | undefined;

  new ResizeObserver(() => {
    if (model && (element.clientWidth !== stage.width || element.clientHeight !== stage.height)) draw();
  }).observe(element);
  reader.onChange(() => {
    palette = undefined;
    if (model && stage.width > 0) paint();
  });
  listenToPointers(tree, {
    hover: point,
    leave: () => point(-1, -1),
    pan: (x, y) => look(panBy(view, x, y, layout, stage)),
    zoom(factor, x, y) {
      const next = zoomAt(view, factor, x, y, layout, stage);
      const changes = next.scale !== view.scale;
      if (changes) look(next);
      return changes;
    },
  });
  tree.addEventListener('click', () => {
    if (hovered !== undefined) activate(hovered, true);
  });
  tree.addEventListener('keydown', event => {
    const [x, y] = (event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && pans[event.key]) || [0, 0];
    if (x === 0 && y === 0) return;
    event.preventDefault();
    look(panBy(view, x * PAN_PIXELS, y * PAN_PIXELS, layout, stage));
  });

  return {
    element,
    items: tree,
    update(given) {
      if (given.snapshot.clusterId !== model?.snapshot.clusterId) isFitted = true;
      model = given;
      draw();
    },
    move(move) {
      if (!active) return;
      const key = navigate(layout.cells, `node:${active.id}`, move);
      const cell = layout.cells.find(each => each.key === key);
      if (!cell) return;
      look(bringIntoView(view, cell, layout, stage));
      activate(cell.node.id, true);
    },
    activeNodeId: () => active?.id,
    show(nodeId, takeFocus) {
      const cell = cells.get(nodeId);
      if (!cell) return;
      look(bringIntoView(view, cell, layout, stage));
      activate(nodeId, takeFocus);
      element.scrollIntoView({ block: 'nearest' });
    },
    openMenu() {
      if (active) openMenuOn(active.item);
    },
    zoom(factor) {
      const seen = active && cells.get(active.id);
      const at = seen && middleOf(toStage(seen, view));
      const inside = at && at.x >= 0 && at.y >= 0 && at.x <= stage.width && at.y <= stage.height;
      const { x, y } = inside ? at : { x: stage.width / 2, y: stage.height / 2 };
      look(zoomAt(view, factor, x, y, layout, stage));
    },
    fit: () => look(fitAll(layout, stage)),
    centre(nodeId) {
      const cell = cells.get(nodeId);
      if (!cell) return;
      look(centreOn(view, cell, (TILE_PIXELS + 8) / cell.width, layout, stage));
      activate(nodeId, false);
    },
  };

  function draw(): void {
    stage = { width: element.clientWidth, height: element.clientHeight };
    if (!model || stage.width === 0 || stage.height === 0) return;
    const { snapshot } = model;
    const groups = groupNodes(snapshot, 'shard');
    const before = layout;
    layout = layoutGrid(groups, stage);
    motions = findMotions(snapshot);
    hits = undefined;
    cells = new Map(layout.cells.map(cell => [cell.node.id, cell]));
    view = isFitted ? fitAll(layout, stage) : panBy(view, 0, 0, layout, stage);
    setAttribute(tree, 'aria-label', strings.tree(snapshot.clusterName, 'shard'));
    keepActive(before);
    paint();
  }

  function keepActive(before: GridLayout): void {
    if (!model) return;
    const [first] = layout.cells;
    const { selectedNodeId } = model;
    if (active && cells.has(active.id)) return;
    const place = before.cells.findIndex(cell => cell.node.id === active?.id);
    const next =
      (selectedNodeId !== undefined && cells.has(selectedNodeId) ? selectedNodeId : undefined) ??
      layout.cells[Math.min(Math.max(0, place), layout.cells.length - 1)]?.node.id ??
      first?.node.id;
    const hadFocus = active?.item === document.activeElement;
    if (next !== undefined) activate(next, hadFocus);
  }

  /** A new element each time: a screen reader says what gets the focus, not what changes under it. */
  function activate(nodeId: string, takeFocus: boolean): void {
    if (active?.id !== nodeId) {
      const hadFocus = active?.item === document.activeElement;
      const item = createGridItem();
      tree.append(item);
      const old = active?.item;
      active = { id: nodeId, item };
      follow();
      if (takeFocus || hadFocus) item.focus({ preventScroll: true });
      old?.remove();
    } else if (takeFocus) active.item.focus({ preventScroll: true });
  }

  function look(next: Viewport): void {
    const all = fitAll(layout, stage);
    isFitted = next.scale <= all.scale * 1.001;
    view = isFitted ? all : next;
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      paint();
    });
  }

  function paint(): void {
    if (!model || !context) return;
    palette ??= reader.read();
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(stage.width * ratio), Math.round(stage.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      painted = undefined;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { selectedNodeId, changedNodeIds, foundNodeIds = new Set<string>(), troubledGroups } = model;
    const nodes = { selectedNodeId, changedNodeIds, foundNodeIds, marks: model.marks };
    const picture = { layout, view, stage, palette, troubledGroups, ...nodes };
    const transfers = motions?.transfers ?? [];
    repaintGrid(context, picture, transfers.length === 0 ? painted : undefined);
    if (transfers.length > 0) paintTransfers(context, { transfers, cells, view, palette });
    // Their arrows lie across everything.
    painted = transfers.length === 0 ? picture : undefined;
    minimap.update(layout, view, stage, palette, troubledGroups);
    follow();
  }

  /** The elements go with what they stand for. */
  function follow(): void {
    const activeCell = active && cells.get(active.id);
    if (active && activeCell) {
      fillGridItem(active.item, describe(activeCell));
      placeOnStage(active.item, toStage(activeCell, view));
    }
    const hoveredCell = hovered === undefined ? undefined : cells.get(hovered);
    hover.hidden = !hoveredCell;
    if (!hoveredCell) return;
    fillGridHover(hover, describe(hoveredCell));
    placeOnStage(hover, toStage(hoveredCell, view));
  }

  function point(x: number, y: number): void {
    hits ??= new HitIndex(layout.cells);
    const next = hits.at((x - view.x) / view.scale, (y - view.y) / view.scale)?.node.id;
    if (next === hovered) return;
    hovered = next;
    follow();
  }

  function describe(cell: NodeBox): GridItemModel {
    const { node, groupKey } = cell;
    const { clusterId = '', nowMilliseconds = 0 } = model?.snapshot ?? {};
    return {
      node,
      clusterId,
      shardName: layout.blocks.find(({ key }) => key === groupKey)?.group.shard?.name,
      selected: node.id === model?.selectedNodeId,
      position: layout.cells.indexOf(cell) + 1,
      size: layout.cells.length,
      nowMilliseconds,
      difference: model?.marks?.get(node.id),
      motionText: motions?.nodes.get(node.id)?.text,
    };
  }
}

const pans: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
