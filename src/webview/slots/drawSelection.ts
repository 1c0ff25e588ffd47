import type { Snapshot } from '../../shared/pageProtocol';
import { countSlots, formatRanges } from '../../shared/slotRanges';
import { carryStrings } from '../carry/carryStrings';
import { create, createIcon, setAttribute, setClippedText, setText, uniqueId } from '../dom';
import { isDown } from '../isDown';
import { joinFigures } from '../joinWords';
import { stillStrings } from '../still/stillStrings';
import type { SlotModel } from './slotModel';
import type { SlotSelection } from './slotSelection';
import { slotStrings } from './slotStrings';

export interface SelectionView {
  element: HTMLElement;
  update(selection: SlotSelection, model: SlotModel, snapshot: Snapshot, figures: readonly string[]): void;
}

/** What is selected, whose it is, and what can be done with it. */
export function createSelection(move: (slots: string) => void, clear: () => void): SelectionView {
  const title = create('h2', '', [slotStrings.selectionTitle]);
  const what = create('p', 'slot-selection-what');
  const whose = create('p', 'slot-selection-whose');
  const button = create('button', 'slot-button primary', [slotStrings.move]);
  button.type = 'button';
  const clearing = create('button', 'slot-button', [slotStrings.clear]);
  clearing.type = 'button';
  const grip = create('span', 'slot-grip', [createIcon('gripper')]);
  grip.dataset.carryGrip = '';
  grip.title = carryStrings.grip;
  grip.setAttribute('aria-hidden', 'true');
  const reason = create('p', 'slot-selection-reason');
  reason.id = uniqueId('slot-move-reason');
  button.setAttribute('aria-describedby', reason.id);
  const element = create('section', 'slot-selection', [
    title,
    what,
    whose,
    create('div', 'slot-buttons', [grip, button, clearing]),
    reason,
  ]);
  what.setAttribute('role', 'status');
  let slots = '';
  // Not `disabled`: it stays in reach of the keyboard, and so does its reason.
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') move(slots);
  });
  clearing.addEventListener('click', clear);

  return {
    element,
    update(selection, model, snapshot, figures) {
      const count = countSlots(selection);
      slots = formatRanges(selection);
      setClippedText(what, count === 0 ? slotStrings.nothing : slotStrings.selected(count, slots));
      setText(whose, joinFigures([...ownersOf(selection, model), ...figures]));
      whose.hidden = whose.textContent === '';
      clearing.hidden = count === 0;
      grip.hidden = count === 0;
      const why = whyNot(selection, model, snapshot);
      setAttribute(button, 'aria-disabled', why === undefined ? undefined : 'true');
      setAttribute(button, 'title', why ?? slotStrings.moveTitle);
      setText(reason, why ?? '');
      // That nothing is selected stands above already.
      reason.classList.toggle('visually-hidden', count === 0);
    },
  };
}

function ownersOf(selection: SlotSelection, { owner, owners }: SlotModel): string[] {
  const counts = new Map<number, number>();
  for (const { start, end } of selection)
    for (let slot = start; slot <= end; slot++) counts.set(owner[slot]!, (counts.get(owner[slot]!) ?? 0) + 1);
  const parts = [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([index, count]) => slotStrings.ofOwner(owners[index]?.node.name ?? slotStrings.nobody, count));
  return parts.length > MOST_NAMED
    ? [...parts.slice(0, MOST_NAMED), slotStrings.more(parts.length - MOST_NAMED)]
    : parts;
}

const MOST_NAMED = 4;

/** Why these slots cannot be moved now; undefined when they can. */
function whyNot(
  selection: SlotSelection,
  { owner }: Pick<SlotModel, 'owner'>,
  { still, readOnly, operation, nodes }: Pick<Snapshot, 'still' | 'readOnly' | 'operation' | 'nodes'>,
): string | undefined {
  if (still) return stillStrings.notFromHere[still];
  if (readOnly) return slotStrings.whyNot.readOnly;
  if (operation) return slotStrings.runs(operation);
  const masters = nodes.filter(node => node.role === 'master' && !isDown(node));
  if (masters.length < 2) return slotStrings.whyNot.oneMaster;
  if (selection.length === 0) return slotStrings.whyNot.nothing;
  const isOwned = selection.some(({ start, end }) => owner.subarray(start, end + 1).some(index => index >= 0));
  return isOwned ? undefined : slotStrings.whyNot.unowned;
}
