import type { CommandDoc } from '../../core/index';
import type { Suggestion } from '../compose';

const most = 100;

/** Completions of a command line: recent ones, then the commands whose name goes on as the line begins, with what they take. */
export function commandSuggestions(
  text: string,
  commands: readonly CommandDoc[],
  recent: readonly string[],
): Suggestion[] {
  const typed = text.trimStart().toUpperCase();
  const [begun, whole] = [typed.trimEnd().replace(/\s+/g, ' '), /\s$/.test(typed)];
  const before = recent.filter(line => line !== text && line.toUpperCase().startsWith(typed));
  const going = commands.filter(({ name }) => name.startsWith(whole ? `${begun} ` : begun));
  // The command that is being given its words: what it takes stays in sight.
  const given = commands.filter(({ name }) => begun === name || begun.startsWith(`${name} `));
  const seen = new Set(given);
  return [
    ...given.map(command => ({
      ...rowOf(command),
      label: `$(info) ${command.name} ${command.syntax}`,
      description: '',
    })),
    ...before.map(line => ({ label: `$(history) ${line}`, line })),
    ...going.filter(command => !seen.has(command)).map(command => ({ ...rowOf(command), line: `${command.name} ` })),
  ].slice(0, most);
}

function rowOf({ name, syntax, summary }: CommandDoc): Suggestion {
  return { label: name, description: syntax, ...(summary !== '' && { detail: summary }) };
}
