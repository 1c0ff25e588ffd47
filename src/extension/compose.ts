import * as vscode from 'vscode';
import { answerOf } from './answerOf';

export interface ComposeRequest {
  title: string;
  placeholder: string;
  value?: string;
  /** What can be put into the line instead of what stands there. */
  suggest: (text: string) => readonly Suggestion[];
  /** On the row that takes the line: `Run`. */
  verb: string;
  /** The reason why the line will not do, undefined when it will. */
  validate: (text: string) => string | undefined;
}

export interface Suggestion {
  label: string;
  description?: string;
  detail?: string;
  /** The line it makes; undefined for a row that tells of the line as it is. */
  line?: string;
}

type Row = vscode.QuickPickItem & { line?: string | undefined; takes?: boolean };

/** A line with rows that complete it: Enter takes the line, or puts the row in its place. */
export function compose(request: ComposeRequest): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<Row>();
  Object.assign(box, { title: request.title, placeholder: request.placeholder, ignoreFocusOut: true });
  box.value = request.value ?? '';
  box.items = rowsOf(box.value, request);
  return answerOf<string>(box, undefined, settle => [
    box.onDidChangeValue(text => (box.items = rowsOf(text, request))),
    box.onDidAccept(() => {
      const [row] = box.activeItems;
      if (row?.takes) settle(box.value);
      else if (row?.line !== undefined) {
        box.value = row.line;
        // Setting the value tells nobody.
        box.items = rowsOf(row.line, request);
      }
    }),
  ]);
}

function rowsOf(text: string, { suggest, validate, verb }: ComposeRequest): Row[] {
  const suggestions = suggest(text);
  const rows = suggestions.map(suggestion => ({ ...suggestion, alwaysShow: true }));
  if (text.trim() === '') return rows;
  const fault = validate(text);
  if (fault !== undefined) return [{ label: `$(error) ${fault}`, alwaysShow: true }, ...rows];
  // VS Code puts rows first whose label is what was typed: the line itself where it is known, else what completes it.
  const isKnown = suggestions.length === 0 || suggestions.some(({ line }) => line === undefined);
  const taking = isKnown
    ? { label: `$(play) ${text}`, description: verb }
    : { label: `$(play) ${verb}`, description: text };
  return [
    { ...taking, takes: true, alwaysShow: true },
    ...rows.map(row => (row.line === undefined ? { ...row, takes: true } : row)),
  ];
}
