import { create, setAttribute, setText, uniqueId } from '../dom';
import { keySlot } from './keySlot';
import { readSelection, type SlotSelection } from './slotSelection';
import { slotStrings } from './slotStrings';

export interface FinderView {
  element: HTMLElement;
  /** After the owners changed. */
  update(): void;
}

export interface FinderActions {
  select: (selection: SlotSelection) => void;
  goTo: (slot: number) => void;
  /** The name of a slot's owner. */
  ownerOf: (slot: number) => string | undefined;
}

/** Two fields: slots to select, and a key whose slot is looked up. */
export function createFinder({ select, goTo, ownerOf }: FinderActions): FinderView {
  const slots = createField('slots', slotStrings.slotsField, slotStrings.slotsPlaceholder, slotStrings.slotsButton);
  const key = createField('key', slotStrings.keyField, slotStrings.keyPlaceholder, slotStrings.keyButton);
  const tellKey = (): void => {
    const text = key.input.value;
    const slot = keySlot(text);
    key.tell(text === '' ? '' : slotStrings.keyFound(slot, ownerOf(slot)), false);
  };
  slots.form.addEventListener('submit', event => {
    event.preventDefault();
    const read = readSelection(slots.input.value);
    if ('problem' in read) return slots.tell(slotStrings.typed(read), true);
    slots.tell('', false);
    select(read.selection);
  });
  slots.input.addEventListener('input', () => slots.tell('', false));
  key.input.addEventListener('input', tellKey);
  key.form.addEventListener('submit', event => {
    event.preventDefault();
    if (key.input.value !== '') goTo(keySlot(key.input.value));
  });
  return { element: create('div', 'slot-finder', [slots.form, key.form]), update: tellKey };
}

interface Field {
  form: HTMLFormElement;
  input: HTMLInputElement;
  tell(text: string, isWrong: boolean): void;
}

function createField(name: string, label: string, placeholder: string, does: string): Field {
  const input = create('input');
  input.type = 'text';
  input.id = uniqueId(`slot-field-${name}`);
  input.placeholder = placeholder;
  input.autocomplete = 'off';
  input.spellcheck = false;
  const caption = create('label', '', [label]);
  caption.htmlFor = input.id;
  const submit = create('button', 'slot-button', [does]);
  submit.type = 'submit';
  const message = create('p', 'slot-field-message');
  message.id = `${input.id}-message`;
  message.setAttribute('role', 'status');
  input.setAttribute('aria-describedby', message.id);
  const form = create('form', 'slot-field', [caption, create('div', 'slot-field-row', [input, submit]), message]);
  return {
    form,
    input,
    tell(text, isWrong) {
      setText(message, text);
      message.classList.toggle('wrong', isWrong);
      setAttribute(input, 'aria-invalid', isWrong ? 'true' : undefined);
    },
  };
}
