import type { NodeState, PageNode } from '../shared/pageProtocol';
import { create, createIcon, createTreeItem, setAttribute, setIcon, setMiddleClippedText, setText } from './dom';
import { createMarker, updateMarker } from './drawMarker';
import { createStrip, updateStrip } from './drawStrip';
import { formatBytes, formatCount } from './formatNumbers';
import type { GroupBy } from './groupNodes';
import { nodeMenuContext } from './menuContext';
import { describeHistory } from './stateStrip';
import { strings } from './strings';

interface NodeContext {
  clusterId: string;
  groupBy: GroupBy;
  shardName: string | undefined;
  selected: boolean;
  nowMilliseconds: number;
}

export interface NodeCard {
  element: HTMLElement;
  /** What has the focus, the label and the menu: it lies over the card. */
  item: HTMLElement;
  update(node: PageNode, context: NodeContext): void;
}

/** The card of one node; the same element for as long as the node is shown. */
export function createNodeCard(): NodeCard {
  const marker = createMarker();
  const name = create('span', 'node-name clip');
  const aside = create('span', 'node-aside clip');
  const role = create('span', 'node-role clip');
  const stateIcon = createIcon();
  const stateWord = create('span', 'clip');
  const state = create('span', 'node-state', [stateIcon, stateWord]);
  const figures = create('div', 'node-figures clip');
  const strip = createStrip();
  const item = createTreeItem(2);
  const face = create('div', 'node-face', [
    marker,
    create('div', 'node-line', [name, aside]),
    create('div', 'node-line', [role, state]),
    figures,
    strip,
  ]);
  // The item's label says it all, in one sentence; the pieces would only be read a second time.
  face.setAttribute('aria-hidden', 'true');
  const element = create('div', 'box node', [face, item]);

  return {
    element,
    item,
    update(node, context) {
      updateMarker(marker, node.role, node.state);
      setAttribute(element, 'data-role', node.role);
      setAttribute(element, 'data-state', node.state);
      setAttribute(item, 'data-node-id', node.id);
      setAttribute(item, 'data-vscode-context', nodeMenuContext(node, context.clusterId));
      setAttribute(item, 'aria-label', strings.nodeLabel(node, context.shardName));
      setAttribute(item, 'aria-selected', String(context.selected));
      setMiddleClippedText(name, node.name);
      setMiddleClippedText(aside, describeAside(node, context));
      setText(role, strings.role(node));
      // A spare that stands by as it should would say "spare" twice.
      state.hidden = node.stateText === strings.role(node);
      setIcon(stateIcon, stateIcons[node.state]);
      setText(stateWord, node.stateText);
      const shown = describeFigures(node, context.groupBy);
      setText(figures, shown.join(' · '));
      updateStrip(strip, node.history, context.nowMilliseconds);
      const history = describeHistory(node.history, context.nowMilliseconds);
      setAttribute(item, 'aria-description', history);
      setAttribute(element, 'title', describeWhole(node, context, [shown.join(' · '), history ?? '']));
    },
  };
}

const stateIcons: Record<NodeState, string> = {
  ok: 'pass',
  suspect: 'question',
  failed: 'error',
  joining: 'ellipsis',
  unreachable: 'circle-slash',
  spare: 'circle-large-outline',
  syncing: 'sync',
  linkDown: 'debug-disconnect',
  loading: 'clock',
};

/** What the grouping does not show already; a label that only repeats the address is left out. */
function describeAside(node: PageNode, { groupBy, shardName }: NodeContext): string {
  if (groupBy === 'host') return shardName ?? '';
  return node.address.startsWith(`${node.hostLabel}:`) ? '' : node.hostLabel;
}

/** For hovering: everything, cut off or not. */
function describeWhole(node: PageNode, { shardName }: NodeContext, rest: readonly string[]): string {
  const lines = [node.name, strings.nodeLabel(node, shardName), ...rest];
  return [...new Set(lines)].filter(line => line !== '').join('\n');
}

function describeFigures(node: PageNode, groupBy: GroupBy): string[] {
  const { keys, lagBytes, memoryBytes, operationsPerSecond } = node;
  return [
    ...(groupBy === 'host' && node.slots !== '' ? [strings.slots(node.slots)] : []),
    ...(node.role === 'replica' && lagBytes !== undefined ? [strings.lag(formatBytes(lagBytes))] : []),
    ...(node.role === 'master' && keys !== undefined ? [strings.keys(formatCount(keys))] : []),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
    ...(operationsPerSecond === undefined ? [] : [strings.operations(formatCount(operationsPerSecond))]),
  ];
}
