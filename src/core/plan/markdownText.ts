/** A text that others wrote (servers, clients' keys) within a line of Markdown: it neither breaks the line nor makes a link. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\](?=[([:])/g, '] ')
    .replace(/<(?=\w+:)/g, '< ');
}

/** Wider cells break the line anyway. */
const WIDEST_CELL = 40;

/**
 * Rows of texts that others wrote as a Markdown table, its columns in line for whoever reads it as it is; a column without any
 * text is left out. `right`: titles of columns with numbers.
 */
export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string[] {
  const columns = titles.flatMap((title, index) => {
    const cells = rows.map(row => plainMarkdown(row[index]!).replaceAll('|', '\\|'));
    if (cells.every(text => text === '')) return [];
    const width = Math.max(3, title.length, ...cells.map(text => Math.min(WIDEST_CELL, text.length)));
    const isRight = right.includes(title);
    const rule = isRight ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width);
    return [[title, rule, ...cells].map(text => (isRight ? text.padStart(width) : text.padEnd(width)))];
  });
  return (columns[0] ?? []).map((_, line) => `| ${columns.map(column => column[line]).join(' | ')} |`);
}

/** A text that others wrote in lines of its own, as it is; nothing in it ends the block. */
export function markdownCode(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, text, fence];
}
