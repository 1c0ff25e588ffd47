export { count } from '../topology/wording';

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
