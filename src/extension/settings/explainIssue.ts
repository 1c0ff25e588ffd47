import type * as z from 'zod/mini';

/** What is wrong with an entry of a list, in plain words: `"nodes" is missing; it must be a list in square brackets`. */
export function explainIssue(issue: z.core.$ZodIssue, entry: unknown): string {
  const subject = issue.path.length === 0 ? 'it' : nameOf(issue.path);
  const value = issue.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    entry,
  );
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = kinds[issue.expected] ?? issue.expected;
      return value === undefined
        ? `${subject} is missing; it must be ${wanted}`
        : `${subject} is ${quote(value)}; it must be ${wanted}`;
    }
    case 'too_small':
    case 'too_big':
      return `${subject} ${issue.message}`;
    case 'invalid_key':
      return `${subject} ${issue.issues[0]?.message ?? 'is not allowed there'}`;
    default:
      return `${subject}, ${quote(value)}, ${issue.message}`;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text in quotation marks',
  array: 'a list in square brackets',
  object: 'a group in braces',
  record: 'a group in braces',
  boolean: 'true or false',
  number: 'a number',
};

// The innermost first; lists count from 1 for people.
function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((outer, key) => {
    if (typeof key === 'number') return `entry ${key + 1} of ${outer}`;
    return outer === '' ? quote(String(key)) : `${quote(String(key))} in ${outer}`;
  }, '');
}

const longestQuote = 40;

/** A value as it stands in the settings file, where it is short and cannot hold a password as `user:password@host` does. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group in braces';
  const text = JSON.stringify(value) ?? String(value);
  return isQuotable(text) ? text : 'another text';
}

/** Short, and no address with a password. */
export function isQuotable(text: string): boolean {
  return text.length <= longestQuote && !text.includes('@');
}
