import type { Look, Painting } from './looks';
import { makePattern } from './patterns';
import { cssColour, fillOf, type ThemeColours } from './themeColours';

/** What is needed to draw slots: made anew for another painting, theme or screen. */
export interface Brushes {
  context: CanvasRenderingContext2D;
  painting: Painting;
  colours: ThemeColours;
  /** One CSS pixel in pixels of the screen. */
  unit: number;
}

/** Fills a rectangle as the look says, its pattern included. */
export function paintLook(
  { context, colours, unit }: Omit<Brushes, 'painting'>,
  look: Look,
  [x, y, width, height]: readonly [number, number, number, number],
): void {
  context.fillStyle = cssColour(fillOf(look, colours));
  context.fillRect(x, y, width, height);
  const pattern = patternOf({ context, colours, unit }, look);
  if (!pattern) return;
  context.fillStyle = pattern;
  context.fillRect(x, y, width, height);
}

/** The pattern of a look in its ink; null when it has none. */
export function patternOf(
  { context, colours, unit }: Omit<Brushes, 'painting'>,
  { pattern, ink }: Look,
): CanvasPattern | null {
  return pattern && ink ? makePattern(context, pattern, cssColour(colours.tone[ink]), unit) : null;
}
