import { create, createIcon, setAttribute, setIcon, setText } from '../dom';

export interface BannerContent {
  label: string;
  icon: string;
  title: string;
  note: string;
  lines: readonly string[];
  /** Lines to be warned of. */
  warnings?: readonly string[];
  buttons: readonly BannerButton[];
}

export interface BannerButton {
  /** The same element for as long as it is the same. */
  id: string;
  words: string;
  title?: string;
  icon?: string;
  pressed?: boolean;
  primary?: boolean;
  act: () => void;
}

export interface Banner {
  element: HTMLElement;
  /** Undefined: there is none. */
  update(content: BannerContent | undefined): void;
  /** Says why something was not done, in sight, until the next update with other words. */
  refuse(reason: string): void;
}

/** Says that what is drawn below is not how it is now, and how to get back. */
export function createBanner(): Banner {
  const icon = createIcon();
  const title = create('h2', 'still-title');
  const note = create('span', 'still-note');
  const buttons = create('div', 'still-buttons');
  const lines = create('div', 'still-lines');
  const reason = create('p', 'still-reason');
  const element = create('section', 'still', [
    create('div', 'still-head', [icon, title, note, buttons]),
    lines,
    reason,
  ]);
  element.hidden = reason.hidden = true;
  const drawn = new Map<string, { button: HTMLButtonElement; words: HTMLElement; act: () => void }>();

  return {
    element,
    update(content) {
      const isSame = content?.title === title.textContent && !element.hidden;
      element.hidden = content === undefined;
      if (!isSame) reason.hidden = true;
      if (!content) return setText(title, '');
      setAttribute(element, 'aria-label', content.label);
      setIcon(icon, content.icon);
      setText(title, content.title);
      setText(note, content.note);
      drawLines(content.lines, content.warnings ?? []);
      drawButtons(content.buttons);
    },
    refuse(words) {
      setText(reason, words);
      reason.hidden = false;
    },
  };

  function drawLines(plain: readonly string[], warnings: readonly string[]): void {
    const wanted = JSON.stringify([plain, warnings]);
    if (lines.dataset.drawn === wanted) return;
    lines.dataset.drawn = wanted;
    lines.replaceChildren(
      ...warnings.map(text => create('p', 'still-warning', [createIcon('warning'), create('span', '', [text])])),
      ...plain.map(text => create('p', '', [text])),
    );
  }

  /** Kept: one of them may have the focus. */
  function drawButtons(wanted: readonly BannerButton[]): void {
    const ids = new Set(wanted.map(({ id }) => id));
    for (const [id, { button }] of drawn) {
      if (ids.has(id)) continue;
      button.remove();
      drawn.delete(id);
    }
    wanted.forEach(({ id, words, title: hint, icon: name, pressed, primary, act }, index) => {
      const known = drawn.get(id) ?? createChoice(id, name);
      drawn.set(id, known);
      known.act = act;
      setText(known.words, words);
      setAttribute(known.button, 'title', hint);
      setAttribute(known.button, 'aria-pressed', pressed === undefined ? undefined : String(pressed));
      known.button.classList.toggle('primary', primary === true);
      if (buttons.children[index] !== known.button) buttons.insertBefore(known.button, buttons.children[index] ?? null);
    });
  }

  function createChoice(
    id: string,
    name: string | undefined,
  ): { button: HTMLButtonElement; words: HTMLElement; act: () => void } {
    const words = create('span');
    const button = create('button', 'command-button', [...(name === undefined ? [] : [createIcon(name)]), words]);
    button.type = 'button';
    button.addEventListener('click', () => drawn.get(id)?.act());
    return { button, words, act: () => undefined };
  }
}
