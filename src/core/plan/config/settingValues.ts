/**
 * True when two texts are one value to a server: `100mb` and `104857600`, `YES` and `yes`. Of values that are written in more
 * ways (`notify-keyspace-events`) only the server knows.
 */
export function isSameValue(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

// memtoull() in util.c of every server: k, m, g are decimal, kb, mb, gb binary.
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** The bytes a text like `100mb` stands for; undefined when it is none. */
export function bytesOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = unit === '' ? 1 : UNITS[unit.toLowerCase()];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

function normal(text: string): string {
  const bytes = bytesOf(text);
  return bytes === undefined ? text.trim().toLowerCase().replace(/\s+/g, ' ') : String(bytes);
}
