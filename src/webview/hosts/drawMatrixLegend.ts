import { create } from '../dom';
import { hostStrings } from './hostStrings';

/** What the marks of the matrix mean. */
export function createMatrixLegend(): HTMLElement {
  const { legend } = hostStrings;
  return create('ul', 'matrix-legend', [
    createEntry([createMark('master', 'ok', 'M')], legend.master),
    createEntry([createMark('replica', 'ok', 'R')], legend.replica),
    createEntry([createMark('replica', 'failed', '×')], legend.failed),
    createEntry([createFrame('shared')], legend.shared),
    createEntry([createFrame('whole')], legend.whole),
  ]);
}

function createEntry(marks: readonly HTMLElement[], word: string): HTMLElement {
  for (const mark of marks) mark.setAttribute('aria-hidden', 'true');
  return create('li', '', [...marks, word]);
}

function createMark(role: string, state: string, letter: string): HTMLElement {
  const mark = create('span', 'matrix-mark', [letter]);
  Object.assign(mark.dataset, { role, state });
  return mark;
}

function createFrame(sharing: string): HTMLElement {
  const frame = create('span', 'matrix-cell');
  frame.dataset.sharing = sharing;
  return frame;
}
