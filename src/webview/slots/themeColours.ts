import { create } from '../dom';
import { tones, type Look, type Tone } from './looks';

/** A colour of the theme as numbers, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

export interface ThemeColours {
  tone: Record<Tone, Colour>;
  isHighContrast: boolean;
}

const variables: Record<Tone, string> = {
  text: 'var(--text)',
  dim: 'var(--dim)',
  page: 'var(--page)',
  focus: 'var(--focus)',
  ok: 'var(--ok)',
  warning: 'var(--warning)',
  bad: 'var(--bad)',
  busy: 'var(--busy)',
  orange: 'var(--vscode-charts-orange, #d18616)',
  purple: 'var(--vscode-charts-purple, #b180d7)',
};

/** Reads the colours the theme gives now: a canvas does not follow a change of theme by itself. */
export function readThemeColours(): ThemeColours {
  const probe = create('span');
  document.body.append(probe);
  const canvas = create('canvas');
  canvas.width = tones.length;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const style = getComputedStyle(probe);
  tones.forEach((tone, at) => {
    probe.style.color = variables[tone];
    if (!context) return;
    // Over the page: some colours of high contrast themes let it through.
    probe.style.backgroundColor = variables.page;
    context.fillStyle = style.backgroundColor;
    context.fillRect(at, 0, 1, 1);
    context.fillStyle = style.color;
    context.fillRect(at, 0, 1, 1);
  });
  probe.remove();
  const bytes = context?.getImageData(0, 0, tones.length, 1).data;
  const colourAt = (at: number): Colour => [bytes?.[4 * at] ?? 0, bytes?.[4 * at + 1] ?? 0, bytes?.[4 * at + 2] ?? 0];
  return {
    tone: Object.fromEntries(tones.map((tone, at) => [tone, colourAt(at)])) as Record<Tone, Colour>,
    isHighContrast: document.body.classList.contains('vscode-high-contrast'),
  };
}

/** Calls back whenever the editor puts another theme on the page. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
}

/** The plain colour of a look. */
export function fillOf({ tone, strength }: Look, colours: ThemeColours): Colour {
  const from = colours.tone.page;
  const to = colours.tone[tone];
  const mix = (at: 0 | 1 | 2): number => Math.round(from[at] + (to[at] - from[at]) * strength);
  return [mix(0), mix(1), mix(2)];
}

export function cssColour([red, green, blue]: Colour, alpha = 1): string {
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}
