import type { PageRun } from '../shared/pageProtocol';
import { createSvg, setAttribute } from './dom';
import { CELL_WIDTH, STRIP_CELLS, stripCells, stripPaths } from './stateStrip';

/** The last ten minutes of a node as small bars. What it shows stands in words in the label of the card. */
export function createStrip(): SVGSVGElement {
  return createSvg('svg', {
    class: 'strip',
    viewBox: `0 0 ${STRIP_CELLS * CELL_WIDTH - 2} 12`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
}

/** Touches nothing while the bars stay as they are. */
export function updateStrip(strip: SVGSVGElement, history: readonly PageRun[], nowMilliseconds: number): void {
  const paths = stripPaths(stripCells(history, nowMilliseconds));
  while (strip.children.length > paths.length) strip.lastElementChild?.remove();
  while (strip.children.length < paths.length) strip.append(createSvg('path', {}));
  paths.forEach(({ state, path }, index) => {
    const bars = strip.children[index]!;
    setAttribute(bars, 'data-state', state);
    setAttribute(bars, 'd', path);
  });
}
