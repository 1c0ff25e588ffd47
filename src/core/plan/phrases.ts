export { count, numberText } from '../topology/wording';

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], conjunction = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** Like `joinWords`, but a long list ends in `and 988 more`: for texts whose whole list stands in the plan's data. */
export function joinSome(words: readonly string[], limit = 12): string {
  if (words.length <= limit) return joinWords(words);
  return `${words.slice(0, limit).join(', ')} and ${words.length - limit} more`;
}

/** `640 B`, `12 KB`, `1.5 GB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024)));
  const value = bytes / 1024 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
