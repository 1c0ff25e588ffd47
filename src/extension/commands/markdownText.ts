/** A text of a server within a line of Markdown: it must neither break the line nor make a link. */
export function plain(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replaceAll('](', '] (');
}

/** The same in a table. */
export function cell(text: string): string {
  return plain(text).replaceAll('|', '\\|');
}

/** A text of a server in lines of its own, as it is but for what would become a link or end the block. */
export function codeBlock(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, text.replaceAll('](command:', '] (command:'), fence];
}
