import type { SlotFigureName, Snapshot } from '../../shared/pageProtocol';
import { formatRanges } from '../../shared/slotRanges';
import { create, setAttribute, setClippedText, setText } from '../dom';
import { formatNumber } from '../formatNumbers';
import { nodeMenuContext } from '../menuContext';
import type { DifferenceMarks } from '../still/differenceMarks';
import { sumFigures, type Measured } from './slotFigures';
import { slotStates, type SlotModel, type SlotOwner } from './slotModel';
import { slotStrings } from './slotStrings';

export interface OwnersModel {
  model: SlotModel;
  snapshot: Snapshot;
  /** The owner that is pointed out. */
  shownOwner: number | undefined;
  /** What is otherwise in the picture this one is compared with. */
  marks: DifferenceMarks | undefined;
  by: SlotFigureName | undefined;
  measured: Measured | undefined;
}

export interface OwnerRow {
  element: HTMLElement;
  button: HTMLButtonElement;
  update(owner: SlotOwner, index: number, given: OwnersModel): void;
}

/** A master with its slots. It writes only when something it shows has changed: there may be hundreds. */
export function createOwnerRow(): OwnerRow {
  const button = create('button', 'slot-owner-name');
  button.type = 'button';
  button.setAttribute('tabindex', '-1');
  const name = create('th', '', [button]);
  name.scope = 'row';
  const count = create('td', 'number');
  const slots = create('td', 'clip');
  const noteCell = create('td', 'notes');
  const figure = create('td', 'number');
  const element = create('tr', '', [name, count, slots, noteCell, figure]);
  let written = '';
  return {
    element,
    button,
    update(owner, index, { model, snapshot, shownOwner, marks, by, measured }) {
      const { node, ranges } = owner;
      const sum = measured && sumFigures(measured, ranges);
      const difference = marks?.get(node.id)?.text;
      const notes = [...troubleOf(owner, model), ...(difference === undefined ? [] : [`Δ ${difference}`])];
      const state = slotStrings.ownerNotes(node, notes);
      const isShown = index === shownOwner;
      const shows = [node.name, node.slots, node.contextValue, state, isShown, by, sum, snapshot.clusterId].join('\n');
      if (shows === written) return;
      written = shows;
      setClippedText(button, node.name);
      setAttribute(button, 'data-node-id', node.id);
      setAttribute(button, 'aria-pressed', String(isShown));
      setAttribute(element, 'data-vscode-context', nodeMenuContext(node, snapshot.clusterId));
      setText(count, formatNumber(owner.count));
      setClippedText(slots, formatRanges(ranges));
      setText(noteCell, state);
      figure.hidden = by === undefined;
      if (by !== undefined) setText(figure, sum === undefined ? slotStrings.noFigure : slotStrings.figure(by, sum));
    },
  };
}

/** What is not well, or on its way, of its slots; that the owner itself is not well stands before it. */
function troubleOf({ ranges }: SlotOwner, { state }: SlotModel): string[] {
  const counts = new Map<number, number>();
  for (const { start, end } of ranges)
    for (let slot = start; slot <= end; slot++) {
      const code = state[slot]!;
      if (code !== 0) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  return [...counts]
    .map(([code, count]) => ({ name: slotStates[code]!, count }))
    .filter(({ name }) => !['suspect', 'away', 'failed'].includes(name))
    .map(({ name, count }) => slotStrings.stateCount(name, count));
}
