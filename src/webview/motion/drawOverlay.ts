import type { PageNode } from '../../shared/pageProtocol';
import { create, createSvg, setAttribute, setText } from '../dom';
import type { Box, Layout, NodeBox, Rect } from '../layoutTopology';
import type { Motions } from './motions';
import { arrowHead, linkCards, roundedPath } from './paths';
import type { Point } from './routeArcs';
import type { RoutedMotions } from './routeMotions';

interface OverlayModel {
  routed: RoutedMotions;
  motions: Motions;
  /** Whose links to its master or its replicas are drawn. */
  pointedId: string | undefined;
}

export interface Overlay {
  element: HTMLElement;
  update(model: OverlayModel): void;
}

/**
 * Lines over the boxes: slots on their way, roles that swap, and who follows whom for the one node that is pointed at. All of it
 * stands in the names of the items too, so it is hidden from screen readers.
 */
export function createOverlay(): Overlay {
  const svg = createSvg('svg', { class: 'lines' });
  const element = create('div', 'overlay');
  element.append(svg);
  element.setAttribute('aria-hidden', 'true');
  const lines = new Map<string, SVGGElement>();
  const labels = new Map<string, HTMLElement>();

  return {
    element,
    update({ routed, motions, pointedId }) {
      const { layout } = routed;
      setAttribute(svg, 'width', String(layout.width));
      setAttribute(svg, 'height', String(layout.height));
      const cards = new Map(layout.boxes.flatMap(box => (isCard(box) ? [[box.node.id, box] as const] : [])));
      const drawn = [...arcLines(routed), ...swapLines(motions, cards, layout), ...linkLines(cards, pointedId, layout)];
      keep(
        lines,
        drawn.map(({ key }) => key),
      );
      for (const { key, ...line } of drawn) {
        const group = lines.get(key) ?? createLine(svg);
        lines.set(key, group);
        fillLine(group, line);
      }
      const texts = [
        ...routed.arcs.map(({ key, label, word, transfer }) => ({
          key,
          ...{ rect: label, text: word, done: transfer.done === transfer.total },
        })),
        ...(routed.more ? [{ key: 'more', rect: routed.more, text: routed.moreText, done: false }] : []),
      ];
      keep(
        labels,
        texts.map(({ key }) => key),
      );
      for (const { key, rect, text, done } of texts) {
        const label = labels.get(key) ?? create('div', 'arc-label');
        if (!labels.has(key)) element.append(label);
        labels.set(key, label);
        setText(label, text);
        setAttribute(label, 'data-done', done ? '' : undefined);
        place(label, rect);
      }
    },
  };
}

interface Line {
  key: string;
  kind: 'slots' | 'swap' | 'follows';
  path: string;
  heads: string;
  /** How much of it is there, percent. */
  percent?: number | undefined;
}

function arcLines({ arcs }: RoutedMotions): Line[] {
  return arcs.map(({ key, points, transfer: { done, total } }) => ({
    key,
    kind: 'slots',
    path: roundedPath(points),
    heads: arrowHead(points.at(-2)!, points.at(-1)!),
    percent: done === undefined ? 0 : Math.round((done / total) * 100),
  }));
}

function swapLines({ swaps }: Motions, cards: ReadonlyMap<string, NodeBox>, { width }: Layout): Line[] {
  return swaps.flatMap(({ fromId, toId, done }): Line[] => {
    const [from, to] = [cards.get(fromId), cards.get(toId)];
    if (!from || !to) return [];
    const points = linkCards(from, to, 'right', width);
    const heads = arrowHead(points[1]!, points[0]!) + arrowHead(points.at(-2)!, points.at(-1)!);
    return [{ key: `swap ${fromId} ${toId}`, kind: 'swap', path: roundedPath(points), heads, percent: done ? 100 : 0 }];
  });
}

/** From each replica to its master. */
function linkLines(cards: ReadonlyMap<string, NodeBox>, pointedId: string | undefined, { width }: Layout): Line[] {
  const pointed = pointedId === undefined ? undefined : cards.get(pointedId)?.node;
  if (!pointed) return [];
  const follows = (node: PageNode): boolean =>
    node.id === pointed.id ? node.role === 'replica' : node.role === 'replica' && node.masterId === pointed.id;
  return [...cards.values()].flatMap(({ node, ...box }): Line[] => {
    const master = follows(node) ? cards.get(node.masterId ?? '') : undefined;
    if (!master) return [];
    const points: Point[] = linkCards(box, master, 'left', width);
    const heads = arrowHead(points.at(-2)!, points.at(-1)!);
    return [{ key: `follows ${node.id}`, kind: 'follows', path: roundedPath(points), heads }];
  });
}

/** Tiles hold what belongs together within an inch: lines in there would say nothing. */
function isCard(box: Box): box is NodeBox {
  return box.kind === 'node' && box.form !== 'tile';
}

/** A wide line of the page's colour under a thin one, so that it is seen over whatever it crosses. */
function createLine(svg: SVGSVGElement): SVGGElement {
  const group = createSvg('g', {}, [
    createSvg('path', { class: 'line-under' }),
    createSvg('path', { class: 'line' }),
    createSvg('path', { class: 'line-done', pathLength: '100' }),
    createSvg('path', { class: 'line-head' }),
  ]);
  svg.append(group);
  return group;
}

function fillLine(group: SVGGElement, { kind, path, heads, percent }: Omit<Line, 'key'>): void {
  const [under, line, done, head] = group.children as unknown as [Element, Element, Element, Element];
  setAttribute(group, 'data-kind', kind);
  setAttribute(group, 'data-done', percent === 100 ? '' : undefined);
  for (const each of [under, line, done]) setAttribute(each, 'd', path);
  setAttribute(head, 'd', heads);
  setAttribute(done, 'stroke-dasharray', percent === undefined ? '0 100' : `${percent} 100`);
}

function keep(elements: Map<string, Element>, keys: readonly string[]): void {
  const wanted = new Set(keys);
  for (const [key, element] of elements) {
    if (wanted.has(key)) continue;
    element.remove();
    elements.delete(key);
  }
}

function place({ style }: HTMLElement, { x, y, width, height }: Rect): void {
  style.transform = `translate(${x}px, ${y}px)`;
  style.width = `${width}px`;
  style.height = `${height}px`;
}
