import { language } from './language';

/** `1,234`: all of it. */
export function formatNumber(value: number): string {
  return whole.format(value);
}

/** `33.3`, `2.0`: one decimal, always. */
export function formatTenths(value: number): string {
  return tenths.format(value);
}

/** `2.5`, `2`: one decimal at most. */
export function formatRounded(value: number): string {
  return shortTenths.format(value);
}

/** `950`, `12.3k`, `1.2M`: short and stable in width. */
export function formatCount(count: number): string {
  return shorten(count, 1000, ['', 'k', 'M', 'G']);
}

/** `0 B`, `1.2 MB`: steps of 1024, as the server's own INFO counts. */
export function formatBytes(bytes: number): string {
  return shorten(bytes, 1024, [' B', ' KB', ' MB', ' GB', ' TB']);
}

function shorten(value: number, step: number, units: readonly string[]): string {
  let rest = Math.max(0, value);
  let unit = 0;
  // Half a unit early, so that 999,950 does not read 1000.0k.
  while (rest >= step - 0.5 && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  const format = unit === 0 || rest >= 99.95 ? shortWhole : shortTenths;
  return `${format.format(rest)}${units[unit] ?? ''}`;
}

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenths = decimals({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const shortWhole = decimals({ maximumFractionDigits: 0 });
const shortTenths = decimals({ maximumFractionDigits: 1 });

function decimals(digits: Pick<Intl.NumberFormatOptions, 'minimumFractionDigits' | 'maximumFractionDigits'>) {
  return new Intl.NumberFormat(language, { useGrouping: false, ...digits });
}
