import type { SlotMode, Snapshot } from '../../shared/pageProtocol';
import { create } from '../dom';
import { describeSlot } from './describeSlot';
import { createDetail } from './drawDetail';
import { createFinder, type FinderActions } from './drawFinder';
import { createOwners, type OwnersView } from './drawOwners';
import type { DifferenceMarks } from '../still/differenceMarks';
import { createSelection } from './drawSelection';
import { figureOfMode, sumFigures, type SlotFigures } from './slotFigures';
import type { SlotModel } from './slotModel';
import type { SlotSelection } from './slotSelection';
import { slotStrings } from './slotStrings';

export interface WordsModel {
  model: SlotModel;
  snapshot: Snapshot;
  mode: SlotMode;
  figures: SlotFigures;
  selection: SlotSelection;
  /** The slot to tell about. */
  slot: number;
  shownOwner: number | undefined;
  /** What is otherwise in the picture this one is compared with. */
  marks: DifferenceMarks | undefined;
}

export interface WordsView {
  element: HTMLElement;
  owners: OwnersView;
  update: (given: WordsModel) => void;
  /** Of the slot alone: the pointer moves often. */
  tellSlot: (given: WordsModel) => void;
}

export interface WordsActions extends FinderActions {
  move: (slots: string) => void;
  clear: () => void;
}

/** The pictures in words: the slot under the cursor, what is selected, whose the slots are; and the fields to find some. */
export function createWords(actions: WordsActions): WordsView {
  const detail = createDetail();
  const finder = createFinder(actions);
  const selected = createSelection(actions.move, actions.clear);
  const owners = createOwners();
  const element = create('div', 'slot-words', [detail.element, finder.element, selected.element, owners.element]);
  const tellSlot: WordsView['tellSlot'] = ({ slot, model, snapshot, mode, figures }) => {
    const known = wanted(mode, snapshot).flatMap(name => {
      const value = figures.of(name)?.figures.values[slot] ?? -1;
      return value < 0 ? [] : [slotStrings.figure(name, value)];
    });
    detail.update(slotStrings.slot(slot), [...describeSlot(slot, model, snapshot), ...known]);
  };
  return {
    element,
    owners,
    tellSlot,
    update(given) {
      const { model, snapshot, mode, figures, selection, shownOwner } = given;
      const by = snapshot.still ? undefined : figureOfMode(mode);
      finder.update();
      const sums = wanted(mode, snapshot).flatMap(name => {
        const measured = figures.of(name);
        const sum = measured && sumFigures(measured, selection);
        return sum === undefined ? [] : [slotStrings.figure(name, sum)];
      });
      selected.update(selection, model, snapshot, sums);
      owners.update({ model, snapshot, marks: given.marks, shownOwner, by, measured: by && figures.of(by) });
      tellSlot(given);
    },
  };
}

/** Keys are told in every mode, when they were counted; what was counted is of now. */
function wanted(mode: SlotMode, { still }: Snapshot) {
  if (still) return [];
  const by = figureOfMode(mode);
  return by === undefined || by === 'keys' ? (['keys'] as const) : (['keys', by] as const);
}
