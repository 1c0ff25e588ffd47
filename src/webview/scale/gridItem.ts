import type { PageNode } from '../../shared/pageProtocol';
import { create, createTreeItem, setAttribute } from '../dom';
import type { Rect } from '../layoutTopology';
import { joinParts } from '../joinWords';
import { nodeMenuContext } from '../menuContext';
import { describeHistory } from '../stateStrip';
import type { DifferenceMark } from '../still/differenceMarks';
import { strings } from '../strings';

/** What stands on the canvas for one node. */
export interface GridItemModel {
  node: PageNode;
  clusterId: string;
  shardName: string | undefined;
  selected: boolean;
  position: number;
  size: number;
  nowMilliseconds: number;
  /** In another picture than the present one. */
  difference?: DifferenceMark | undefined;
  /** What goes on with it now, in words. */
  motionText?: string | undefined;
}

/** The focusable item of a node: a canvas has none of its own. */
export function createGridItem(): HTMLElement {
  const item = createTreeItem(1);
  item.classList.add('grid-item');
  item.tabIndex = 0;
  return item;
}

export function fillGridItem(item: HTMLElement, model: GridItemModel): void {
  const { node, nowMilliseconds } = model;
  fillNode(item, model);
  setAttribute(item, 'data-key', `node:${node.id}`);
  setAttribute(item, 'aria-label', labelOf(model));
  setAttribute(item, 'aria-description', describeHistory(node.history, nowMilliseconds));
  setAttribute(item, 'aria-selected', String(model.selected));
  setAttribute(item, 'aria-posinset', String(model.position));
  setAttribute(item, 'aria-setsize', String(model.size));
}

/** What lies under the mouse: clicks, the menu and the tooltip find the node there. */
export function createGridHover(): HTMLElement {
  const hover = create('div', 'grid-hover');
  hover.setAttribute('aria-hidden', 'true');
  hover.hidden = true;
  return hover;
}

export function fillGridHover(hover: HTMLElement, model: GridItemModel): void {
  fillNode(hover, model);
  setAttribute(hover, 'title', labelOf(model));
}

export function placeOnStage({ style }: HTMLElement, { x, y, width, height }: Rect): void {
  style.transform = `translate(${x}px, ${y}px)`;
  style.width = `${width}px`;
  style.height = `${height}px`;
}

function labelOf({ node, shardName, motionText, difference }: GridItemModel): string {
  return joinParts([strings.nodeLabel(node, shardName), motionText, difference?.text]);
}

function fillNode(element: HTMLElement, { node, clusterId }: GridItemModel): void {
  setAttribute(element, 'data-node-id', node.id);
  setAttribute(element, 'data-vscode-context', nodeMenuContext(node, clusterId));
}
