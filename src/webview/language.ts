/** The language the page speaks, from `<html lang>`: numbers, times and lists follow it. Outside a page it is English. */
export const language: string =
  (globalThis as { document?: { documentElement: { lang: string } } }).document?.documentElement.lang || 'en';
