/** `950`, `12.3k`, `1.2M`: short and stable in width. */
export function formatCount(count: number): string {
  return shorten(count, 1000, ['', 'k', 'M', 'G']);
}

/** `0 B`, `1.2 MB`: steps of 1024, as the server's own INFO counts. */
export function formatBytes(bytes: number): string {
  return shorten(bytes, 1024, [' B', ' KB', ' MB', ' GB', ' TB']);
}

/** `1 slot`, `1,234 slots`. */
export function countOf(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function shorten(value: number, step: number, units: readonly string[]): string {
  let rest = Math.max(0, value);
  let unit = 0;
  // Half a unit early, so that 999,950 does not read 1000.0k.
  while (rest >= step - 0.5 && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  const digits = unit === 0 || rest >= 99.95 ? 0 : 1;
  return `${rest.toFixed(digits).replace(/\.0$/, '')}${units[unit] ?? ''}`;
}
