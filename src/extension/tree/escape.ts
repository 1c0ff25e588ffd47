/**
 * Keeps `$(name)` in a text that others wrote from turning into an icon, where a label shows icons and where it does not:
 * an invisible character parts the two, since a backslash would show in a tree of VS Code 1.139.
 */
export function escapeIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

/** Makes a text that others wrote (names, addresses, replies of servers) plain within Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
