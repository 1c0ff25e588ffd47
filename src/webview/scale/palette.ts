import { create } from '../dom';

const names = [
  'text',
  'dim',
  'page',
  'line',
  'group',
  'card',
  'focus',
  'ok',
  'warning',
  'bad',
  'busy',
  'select',
] as const;
type ColourName = (typeof names)[number];

/** The colours of the style sheet as a canvas takes them, and the font. */
export type Palette = Record<ColourName, string> & { font: string; mono: string; fontPixels: number };

export interface PaletteReader {
  element: HTMLElement;
  /** As the theme is now. */
  read(): Palette;
  /** Called when the theme or the font changes. */
  onChange(listener: () => void): void;
}

/** Asks the style sheet: an unseen element per colour, for what a colour is made of only the browser can work out. */
export function createPaletteReader(): PaletteReader {
  const probes = names.map(name => ({ name, probe: create('i', `tone-${name}`) }));
  const element = create(
    'div',
    'palette',
    probes.map(({ probe }) => probe),
  );
  element.setAttribute('aria-hidden', 'true');
  return {
    element,
    read() {
      const { fontFamily, fontSize } = getComputedStyle(element);
      const mono = getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-font-family');
      return {
        ...(Object.fromEntries(probes.map(({ name, probe }) => [name, getComputedStyle(probe).color])) as Record<
          ColourName,
          string
        >),
        font: fontFamily,
        mono: mono || 'monospace',
        fontPixels: Number.parseFloat(fontSize) || 13,
      };
    },
    onChange(listener) {
      const observer = new MutationObserver(listener);
      observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
      observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    },
  };
}
