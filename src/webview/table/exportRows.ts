import type { Column } from './columns';

/** As RFC 4180 has it: CRLF, quotes where they are needed, exact figures. No text begins as a formula for a spreadsheet. */
export function toCsv<Thing>(things: readonly Thing[], columns: readonly Column<Thing>[]): string {
  const lines = things.map(thing =>
    columns.map(column => csvField((column.exported ?? column.value)(thing) ?? '')).join(','),
  );
  return [columns.map(({ title }) => csvField(title)).join(','), ...lines].map(line => `${line}\r\n`).join('');
}

/** A table as it is shown; figures stand to the right. */
export function toMarkdown<Thing>(things: readonly Thing[], columns: readonly Column<Thing>[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(columns.map(({ title }) => escapeMarkdown(title))),
    line(columns.map(({ numeric }) => (numeric ? '---:' : '---'))),
    ...things.map(thing => line(columns.map(({ text }) => escapeMarkdown(text(thing))))),
  ].join('');
}

function csvField(value: number | string): string {
  if (typeof value === 'number') return String(value);
  // A spreadsheet would run it: =, +, -, @ and their full-width forms, also behind a tab or a line break.
  const text = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What would begin markup, a link or another cell stands as it is; a line break would end the row. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~!&]/g, '\\$&');
}
