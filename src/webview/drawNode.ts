import type { NodeState, PageNode } from '../shared/pageProtocol';
import { create, createIcon, createTreeItem, setAttribute, setIcon, setMiddleClippedText, setText } from './dom';
import { createMarker, updateMarker } from './drawMarker';
import { createStrip, updateStrip } from './drawStrip';
import { formatBytes, formatCount } from './formatNumbers';
import type { GroupBy } from './groupNodes';
import { joinFigures, joinParts, labelled } from './joinWords';
import { nodeMenuContext } from './menuContext';
import type { NodeMotion } from './motion/motions';
import { createSparkline, updateSparkline } from './numbers/drawSparkline';
import type { Figures } from './numbers/sparkline';
import { trendAt } from './numbers/trend';
import { describeHistory } from './stateStrip';
import type { DifferenceMark } from './still/differenceMarks';
import { strings } from './strings';
import { tableStrings } from './table/tableStrings';
import type { NodeFate } from './whatIf/fates';
import { whatIfStrings } from './whatIf/whatIfStrings';

interface NodeContext {
  clusterId: string;
  groupBy: GroupBy;
  shardName: string | undefined;
  selected: boolean;
  nowMilliseconds: number;
  /** In a what-if. */
  fate?: NodeFate | undefined;
  /** In another picture than the present one. */
  difference?: DifferenceMark | undefined;
  /** What goes on with it now. */
  motion?: NodeMotion | undefined;
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
  const spark = createSparkline();
  const strip = createStrip();
  const fateIcon = createIcon();
  const fateWord = create('span', 'clip');
  const fate = create('span', 'node-fate', [fateIcon, fateWord]);
  const motionIcon = createIcon();
  const motionWord = create('span', 'clip');
  const motion = create('span', 'node-motion', [motionIcon, motionWord]);
  const item = createTreeItem(2);
  const face = create('div', 'node-face', [
    marker,
    create('div', 'node-line', [name, motion]),
    create('div', 'node-line node-standing', [create('span', 'node-kind', [role, aside]), state]),
    create('div', 'node-line node-numbers', [figures, spark]),
    strip,
    fate,
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
      setAttribute(element, 'data-fate', context.fate);
      setAttribute(element, 'data-difference', context.difference?.kind);
      const said = markOf(context);
      fate.hidden = said === undefined;
      if (said) {
        setIcon(fateIcon, said.icon);
        setText(fateWord, said.word);
      }
      setAttribute(element, 'data-motion', context.motion?.kind);
      motion.hidden = context.motion === undefined;
      if (context.motion) {
        setIcon(motionIcon, context.motion.icon);
        setText(motionWord, context.motion.word);
      }
      setAttribute(item, 'aria-label', labelOf(node, context));
      setAttribute(item, 'aria-selected', String(context.selected));
      setMiddleClippedText(name, node.name);
      const place = describeAside(node, context);
      aside.hidden = place === '';
      setMiddleClippedText(aside, place);
      setText(role, strings.role(node));
      state.hidden = node.stateText === '';
      setIcon(stateIcon, stateIcons[node.state]);
      setText(stateWord, node.stateText);
      const shown = describeFigures(node, context.groupBy);
      setText(figures, joinFigures(shown));
      const trend = trendAt(node, context.nowMilliseconds);
      element.toggleAttribute('data-bare', shown.length === 0);
      spark.toggleAttribute('hidden', trend.length === 0);
      updateSparkline(spark, trend);
      updateStrip(strip, node.history, context.nowMilliseconds);
      const history = describeHistory(node.history, context.nowMilliseconds);
      setAttribute(item, 'aria-description', history);
      setAttribute(
        element,
        'title',
        describeWhole(node, context, [joinFigures(shown), describeTrend(trend), history ?? '']),
      );
    },
  };
}

/** What would become of it, or what is otherwise about it. */
function markOf({ fate, difference }: NodeContext): Pick<DifferenceMark, 'icon' | 'word' | 'text'> | undefined {
  if (!fate) return difference;
  const word = whatIfStrings.node[fate];
  return { icon: fateIcons[fate], word, text: word };
}

function labelOf(node: PageNode, context: NodeContext): string {
  return joinParts([strings.nodeLabel(node, context.shardName), context.motion?.text, markOf(context)?.text]);
}

const fateIcons: Record<NodeFate, string> = {
  dies: 'circle-slash',
  down: 'error',
  takesOver: 'arrow-swap',
  notElected: 'circle-large-outline',
};

function describeTrend(trend: Figures): string {
  const words = tableStrings.trend(trend);
  return words === '' ? '' : labelled(tableStrings.columns.trend, words);
}

export const stateIcons: Record<NodeState, string> = {
  ok: 'pass',
  suspect: 'question',
  failed: 'error',
  joining: 'ellipsis',
  unreachable: 'circle-slash',
  spare: 'circle-large-outline',
  syncing: 'sync',
  linkDown: 'debug-disconnect',
  loading: 'clock',
  forgotten: 'warning',
};

/** What the grouping does not show already; a label that only repeats the address is left out. */
function describeAside(node: PageNode, { groupBy, shardName }: NodeContext): string {
  if (groupBy === 'host') return shardName ?? '';
  return node.address.startsWith(`${node.hostLabel}:`) ? '' : node.hostLabel;
}

/** For hovering: everything, cut off or not. */
function describeWhole(node: PageNode, context: NodeContext, rest: readonly string[]): string {
  const lines = [node.name, labelOf(node, context), ...rest];
  return [...new Set(lines)].filter(line => line !== '').join('\n');
}

/** What is known in numbers, as words. */
export function describeFigures(node: PageNode, groupBy: GroupBy): string[] {
  const { keys, lagBytes, memoryBytes, operationsPerSecond } = node;
  return [
    ...(groupBy === 'host' && node.slots !== '' ? [strings.slots(node.slots)] : []),
    ...(node.role === 'replica' && lagBytes !== undefined ? [strings.lag(formatBytes(lagBytes))] : []),
    ...(node.role === 'master' && keys !== undefined ? [strings.keys(formatCount(keys))] : []),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
    ...(operationsPerSecond === undefined ? [] : [strings.operations(formatCount(operationsPerSecond))]),
  ];
}
