import { create, createIcon, setAttribute, setIcon, setText } from '../dom';

interface CarryBarModel {
  what: string;
  /** What would come of it now, or why nothing. */
  text: string;
  is: 'open' | 'possible' | 'refused';
  hint: string;
  by: 'keys' | 'pointer';
}

export interface CarryBar {
  element: HTMLElement;
  update(model: CarryBarModel): void;
  /** Beside the pointer. */
  moveTo(x: number, y: number): void;
  /** `reason`: stays to be read for a while. */
  close(reason: string | undefined): void;
  /** What it says now. */
  text(): string;
}

const READING_MILLISECONDS = 7000;

/** What is carried and what would come of it, at the foot of the page; and the verdict once more beside the pointer. */
export function createCarryBar(): CarryBar {
  const icon = createIcon('move');
  const what = create('strong', 'clip');
  const text = create('span', 'carry-text');
  const hint = create('span', 'carry-hint');
  const bar = create('div', 'carry-bar', [icon, create('div', 'carry-words', [what, text]), hint]);
  const tagIcon = createIcon();
  const tagText = create('span');
  const tag = create('div', 'carry-tag', [tagIcon, tagText]);
  tag.setAttribute('aria-hidden', 'true');
  const element = create('div', 'carry', [bar, tag]);
  let closing: ReturnType<typeof setTimeout> | undefined;
  element.hidden = true;

  return {
    element,
    update(model) {
      clearTimeout(closing);
      element.hidden = false;
      tag.hidden = model.by !== 'pointer';
      setAttribute(element, 'data-is', model.is);
      setIcon(icon, icons[model.is]);
      setIcon(tagIcon, icons[model.is]);
      setText(what, model.what);
      setText(text, model.text);
      setText(tagText, model.is === 'open' ? model.what : model.text);
      setText(hint, model.hint);
    },
    moveTo(x, y) {
      const room = window.innerWidth - tag.offsetWidth - 8;
      tag.style.transform = `translate(${Math.max(0, Math.min(x + 14, room))}px, ${y + 16}px)`;
    },
    close(reason) {
      clearTimeout(closing);
      tag.hidden = true;
      element.hidden = reason === undefined;
      if (reason === undefined) return;
      setAttribute(element, 'data-is', 'refused');
      setIcon(icon, icons.refused);
      for (const part of [what, hint]) setText(part, '');
      setText(text, reason);
      closing = setTimeout(() => (element.hidden = true), READING_MILLISECONDS);
    },
    text: () => text.textContent,
  };
}

const icons: Record<CarryBarModel['is'], string> = { open: 'move', possible: 'check', refused: 'circle-slash' };
