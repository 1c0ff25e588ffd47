import { create } from '../dom';
import { createGraph } from '../graph';
import { groupNodes, type NodeGroup } from '../groupNodes';
import { isDense } from '../layoutSizes';
import { strings } from '../strings';
import type { View, ViewModel } from '../view';
import { createBar } from './bar';
import { createGrid } from './grid';
import { searchNodes } from './searchNodes';
import { findTroubles, keepGroups } from './troubles';

/** From so many nodes on a canvas draws them; up to there each has elements of its own. */
const GRID_FROM = 201;
const nobody: ReadonlySet<string> = new Set();

/**
 * The graph at any size: cards, from 25 nodes on tiles, from 201 on a grid that zooms; from 25 on with a search and a filter
 * above. The filter is on by itself only where a grid is first shown with something wrong in the smaller part of its shards.
 */
export function createScaledGraph(): View {
  const cards = createGraph();
  const grid = createGrid();
  const body = create('div', 'scaled', [cards.element, grid.element]);
  const bar = createBar({
    search: text => {
      query = text;
      at = undefined;
      draw(false);
    },
    next: step,
    leave: () => focusActive(),
    toggleProblems,
    zoom: grid.zoom,
    fit: grid.fit,
  });
  const element = create('div', 'scaled-graph', [bar.element, body]);

  let model: ViewModel | undefined;
  let groups: NodeGroup[] = [];
  let troubled: ReadonlySet<string> = nobody;
  let filter: { on: boolean; auto: boolean } = { on: false, auto: false };
  /** Groups shown while the filter is on; one that is well again stays until the filter is set anew. */
  let kept = new Set<string>();
  let query = '';
  let found: string[] = [];
  let at: number | undefined;

  return {
    element,
    items: body,
    update(given) {
      const { snapshot } = given;
      const isNew = snapshot.clusterId !== model?.snapshot.clusterId;
      model = given;
      groups = groupNodes(snapshot, 'shard');
      troubled = findTroubles(snapshot, groups).groupKeys;
      if (isNew) {
        const few = troubled.size > 0 && troubled.size <= groups.length / 2;
        filter = { on: isGrid() && few, auto: true };
        kept = new Set();
      }
      if (troubled.size === 0) filter = { on: false, auto: false };
      draw(given.animated);
    },
    move: move => shown().move(move),
    activeNodeId: () => shown().activeNodeId(),
    show(nodeId, takeFocus) {
      reveal(nodeId);
      shown().show(nodeId, takeFocus);
    },
    openMenu: () => shown().openMenu(),
    press(key) {
      const act = bar.element.hidden ? undefined : keys()[key.toLowerCase()];
      act?.();
      return act !== undefined;
    },
  };

  function keys(): Partial<Record<string, () => void>> {
    const zoomIn = (): void => grid.zoom(1.4);
    return {
      '/': () => bar.focusSearch(),
      p: toggleProblems,
      ...(isGrid() && { '+': zoomIn, '=': zoomIn, '-': () => grid.zoom(1 / 1.4), '0': grid.fit }),
    };
  }

  function draw(animated: boolean): void {
    if (!model) return;
    const { snapshot } = model;
    const nodesInAll = snapshot.nodes.length;
    bar.element.hidden = !isDense(nodesInAll);
    if (bar.element.hidden) [query, filter.on] = ['', false];
    if (filter.on) for (const key of troubled) kept.add(key);
    else kept = new Set();
    const visible = filter.on ? keepGroups(snapshot, kept) : snapshot;
    found = searchNodes(snapshot, query).map(({ id }) => id);
    const drawn = { ...model, animated, snapshot: visible, nodesInAll, foundNodeIds: new Set(found) };
    grid.element.hidden = !isGrid();
    cards.element.hidden = isGrid();
    bar.update({
      found: query.trim() === '' ? undefined : { count: found.length, at },
      problemsOnly: filter.on,
      troubled: countShards(troubled),
      filterable: troubled.size > 0,
      statement: describe(),
      zoomable: isGrid(),
    });
    if (isGrid()) grid.update({ ...drawn, troubledGroups: troubled });
    else cards.update(drawn);
  }

  function describe(): string {
    if (!filter.on) return strings.scale.inTrouble(countShards(troubled));
    const all = groups.filter(({ kind }) => kind === 'shard').length;
    return strings.scale.shown(countShards(kept), all, filter.auto);
  }

  function countShards(keys: ReadonlySet<string>): number {
    return groups.filter(({ key, kind }) => kind === 'shard' && keys.has(key)).length;
  }

  function isGrid(): boolean {
    return (model?.snapshot.nodes.length ?? 0) >= GRID_FROM;
  }

  function shown(): View | typeof grid {
    return isGrid() ? grid : cards;
  }

  function step(by: 1 | -1): void {
    if (found.length === 0) return;
    at = at === undefined ? (by === 1 ? 0 : found.length - 1) : (at + by + found.length) % found.length;
    const nodeId = found[at]!;
    reveal(nodeId);
    draw(false);
    if (isGrid()) grid.centre(nodeId);
    else cards.show(nodeId, false);
  }

  function focusActive(): void {
    const nodeId = shown().activeNodeId();
    if (nodeId !== undefined) shown().show(nodeId, true);
  }

  function toggleProblems(): void {
    if (!filter.on && troubled.size === 0) return;
    filter = { on: !filter.on, auto: false };
    draw(false);
    if (isGrid()) grid.fit();
  }

  /** What is asked for is shown, filter or not. */
  function reveal(nodeId: string): void {
    const group = groups.find(({ sections }) => sections.some(section => section.some(({ id }) => id === nodeId)));
    if (!filter.on || !group || kept.has(group.key)) return;
    kept.add(group.key);
    draw(false);
  }
}
