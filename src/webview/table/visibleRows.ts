/** Rows above and below what is seen, so that scrolling does not show the edge. */
const SPARE = 12;

/** Which rows are drawn, the last excluded. Pixels; a list that is not scrolled begins at 0. */
export function visibleRows(
  count: number,
  { scrollTop, height, rowHeight }: { scrollTop: number; height: number; rowHeight: number },
): { first: number; end: number } {
  const top = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const bottom = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight);
  const end = Math.min(count, bottom + SPARE);
  return { first: Math.max(0, Math.min(top, count) - SPARE), end };
}
