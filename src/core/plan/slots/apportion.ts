/**
 * Whole shares of a whole total by weight, by the largest remainder: their sum is the total and each is less than 1 from
 * its exact share. Between equal remainders who holds more than its whole part already comes first, so that less moves,
 * then who comes first. Weights are 0 or more, and one of them is more.
 */
export function apportion(total: number, weights: readonly number[], held: readonly number[] = []): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map(weight => (total / sum) * weight);
  const shares = exact.map(Math.floor);
  const left = total - shares.reduce((all, share) => all + share, 0);
  // Rounded: what differs by the error of the arithmetic alone is equal.
  const remainders = exact.map((value, index) => Math.round((value - shares[index]!) * 1e6));
  const holdsMore = (index: number): number => Number((held[index] ?? 0) > shares[index]!);
  const order = weights
    .map((_, index) => index)
    .filter(index => weights[index]! > 0)
    .sort((a, b) => remainders[b]! - remainders[a]! || holdsMore(b) - holdsMore(a) || a - b);
  for (const index of order.slice(0, left)) shares[index]!++;
  return shares;
}
