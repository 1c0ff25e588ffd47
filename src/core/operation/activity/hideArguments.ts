/** What is shown of a command that a client sent: its name and the pattern of its first key, never a value. */

/** Where the first key stands, by the lower-case name of a command; 0 where there is none or only the command itself can tell. */
export type FirstKeys = ReadonlyMap<string, number>;

/**
 * `SET user:*:name, 2 more arguments`. `words`: the command as the slow log has it, where the last word may say how many were
 * left out.
 */
export function hideArguments(words: readonly string[], firstKeys: FirstKeys): string {
  const [name = ''] = words;
  if (!/^[\w.-]{1,40}$/.test(name)) return 'a command without a plain name';
  const shown = [name.toUpperCase()];
  const upper = shown[0]!;
  if (SECRET.has(upper)) return words.length > 1 ? `${upper}, arguments hidden` : upper;
  let at = 1;
  const second = words[1];
  if (CONTAINERS.has(upper) && second !== undefined && /^[\w-]{1,40}$/.test(second)) {
    shown.push(second.toUpperCase());
    at = 2;
  }
  const keyAt = firstKeys.get(name.toLowerCase()) ?? 0;
  const key = keyAt > 0 && keyAt < words.length && !isOmission(words[keyAt]!) ? words[keyAt] : undefined;
  if (key !== undefined) shown.push(keyPattern(key));
  const rest = countFrom(words, at) - (key === undefined ? 0 : 1);
  return rest > 0
    ? `${shown.join(' ')}, ${rest} ${key === undefined ? '' : 'more '}${rest === 1 ? 'argument' : 'arguments'}`
    : shown.join(' ');
}

/**
 * What tells one key from its like as `*`: parts with a digit in them, and long ones. `user:42:name` becomes `user:*:name`, a session
 * token becomes `*`.
 */
export function keyPattern(key: string): string {
  const pattern = key
    .replace(/ ?\.\.\. \(\d+ more bytes\)$/, '*')
    .split(/([:/|._{}-])/)
    .map(part => (/\d/.test(part) || part.length > LONGEST_PART || /[^\w:/|.{}*-]/.test(part) ? '*' : part))
    .join('')
    .replace(/\*(?:[:/|._-]?\*)+/g, '*');
  return pattern.length > LONGEST_PATTERN ? `${pattern.slice(0, LONGEST_PATTERN)}*` : pattern;
}

/** Characters. */
const LONGEST_PART = 24;
const LONGEST_PATTERN = 60;

/** Those whose arguments may be passwords, users or settings. */
const SECRET: ReadonlySet<string> = new Set(['AUTH', 'HELLO', 'ACL', 'CONFIG', 'MIGRATE', 'SENTINEL', 'REPLCONF']);

const CONTAINERS: ReadonlySet<string> = new Set(
  'CLIENT CLUSTER COMMAND DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG XGROUP XINFO'.split(' '),
);

const OMISSION = /^\.\.\. \((\d+) more arguments\)$/;

function isOmission(word: string): boolean {
  return OMISSION.test(word);
}

function countFrom(words: readonly string[], at: number): number {
  const left = OMISSION.exec(words.at(-1) ?? '')?.[1];
  return Math.max(0, words.length - at - (left === undefined ? 0 : 1) + Number(left ?? 0));
}
