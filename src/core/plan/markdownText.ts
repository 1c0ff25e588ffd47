/** A text that others wrote (servers, clients' keys) within a line of Markdown: it neither breaks the line nor makes a link. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\](?=[([:])/g, '] ')
    .replace(/<(?=\w+:)/g, '< ');
}

/** Wider cells break the line anyway. */
const WIDEST_CELL = 40;

/** Rows of texts that others wrote as a Markdown table, its columns in line for whoever reads it as it is. `right`: titles of columns with numbers. */
export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string[] {
  const cells = rows.map(row => row.map(text => plainMarkdown(text).replaceAll('|', '\\|')));
  const isRight = titles.map(title => right.includes(title));
  const widths = titles.map((title, column) =>
    Math.max(3, title.length, ...cells.map(row => Math.min(WIDEST_CELL, row[column]!.length))),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => (isRight[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!))).join(' | ')} |`;
  const rule = widths.map((width, column) => (isRight[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(titles), line(rule), ...cells.map(line)];
}

/** A text that others wrote in lines of its own, as it is; nothing in it ends the block. */
export function markdownCode(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, text, fence];
}
