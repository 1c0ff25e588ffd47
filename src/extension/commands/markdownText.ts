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

/** A table whose columns stand below each other, for an editor that shows Markdown as it is written. `aligns`: left where absent. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly ('left' | 'right')[] = [],
): string[] {
  const lines = [heads, ...rows].map(line => line.map(cell));
  const widths = heads.map((_, column) => Math.max(3, ...lines.map(line => line[column]!.length)));
  const pad = (text: string, column: number): string =>
    aligns[column] === 'right' ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
  const [head, ...body] = lines.map(line => `| ${line.map(pad).join(' | ')} |`);
  const rule = widths.map((width, column) =>
    aligns[column] === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [head!, `| ${rule.join(' | ')} |`, ...body];
}
