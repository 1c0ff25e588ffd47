import type { NodeState, PageNode } from '../shared/pageProtocol';
import { createSvg, setText } from './dom';

/**
 * The mark of a node: a square for a master, a round for a replica, a dashed round for a spare; the stroke and the
 * letter tell its state. The style sheet does the shapes by `data-role` and `data-state` of an element around it.
 */
export function createMarker(): SVGSVGElement {
  return createSvg('svg', { class: 'marker', viewBox: '0 0 32 32', 'aria-hidden': 'true' }, [
    createSvg('rect', { class: 'marker-ring', x: '1.5', y: '1.5', width: '29', height: '29' }),
    createSvg('rect', { class: 'marker-shape', x: '5', y: '5', width: '22', height: '22' }),
    createSvg('path', { class: 'marker-hatch', d: 'M8 19 19 8M9 24 24 9M14 25 25 14' }),
    createSvg('text', {
      class: 'marker-letter',
      x: '16',
      y: '16',
      'text-anchor': 'middle',
      'dominant-baseline': 'central',
    }),
    createSvg('path', { class: 'marker-cross', d: 'M6 6 26 26M26 6 6 26' }),
  ]);
}

export function updateMarker(marker: SVGSVGElement, role: PageNode['role'], state: NodeState): void {
  const letter = marker.querySelector('.marker-letter');
  if (letter) setText(letter, markerLetter(role, state));
}

/** What stands in the mark. */
export function markerLetter(role: PageNode['role'], state: NodeState): string {
  return stateLetters[state] ?? roleLetters[role];
}

const roleLetters: Record<PageNode['role'], string> = { master: 'M', replica: 'R', spare: 'S' };
const stateLetters: Partial<Record<NodeState, string>> = {
  suspect: '?',
  joining: 'h',
  unreachable: '!',
  forgotten: '!',
  syncing: '…',
  linkDown: '…',
  loading: '…',
};
