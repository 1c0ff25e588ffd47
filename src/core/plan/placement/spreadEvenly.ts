/**
 * Spreads `total` over places of the given capacities so that the fullest is as empty as can be: every place gets
 * min(capacity, level). What the level leaves over is taken off the last places. `total` is at most the sum of the capacities.
 */
export function spreadEvenly(capacities: readonly number[], total: number): number[] {
  const level = findLevel(capacities, total);
  const shares = capacities.map(capacity => Math.min(capacity, level));
  let surplus = sum(shares) - total;
  for (let index = shares.length - 1; surplus > 0; index--) {
    if (shares[index] !== level) continue;
    shares[index] = level - 1;
    surplus--;
  }
  return shares;
}

// The lowest level at which everything fits.
function findLevel(capacities: readonly number[], total: number): number {
  let low = 0;
  let high = Math.max(0, ...capacities);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sum(capacities.map(capacity => Math.min(capacity, middle))) >= total) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
