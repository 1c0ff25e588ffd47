/** The middle value, of an even number of them the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `496 (469-701)`: median, least and greatest, with so many digits after the point. */
export function spread(values: readonly number[], digits = 0): string {
  const [middle, least, greatest] = [median(values), Math.min(...values), Math.max(...values)].map(value =>
    value.toFixed(digits),
  );
  return `${middle} (${least}-${greatest})`;
}
