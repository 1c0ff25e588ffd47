import Module from 'node:module';

const progress = { report: () => undefined };
const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
const fileUri = (fsPath: string): { fsPath: string } => ({ fsPath });

/**
 * What modules of the extension need of VS Code to be tried outside of it: their words, progress that shows nothing and is
 * never cancelled. A test may put into its parts what else it needs.
 */
export const vscodeWords = {
  l10n: {
    t: (message: string, ...values: unknown[]) =>
      message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
  },
  window: { withProgress: (_: unknown, task: (...given: unknown[]) => unknown) => task(progress, token) },
  workspace: {},
  ProgressLocation: { Notification: 15 },
  Uri: {
    file: fileUri,
    joinPath: (folder: { fsPath: string }, ...names: string[]) => fileUri([folder.fsPath, ...names].join('/')),
  },
  commands: { executeCommand: () => Promise.resolve(undefined) },
  CancellationError: class extends Error {},
};

const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === 'vscode' ? vscodeWords : load(request, ...rest));
