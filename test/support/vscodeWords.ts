import Module from 'node:module';

const progress = { report: () => undefined };
const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
const fileUri = (fsPath: string): { fsPath: string } => ({ fsPath });

/** Progress shows nothing and is never cancelled. A test may put in what else it needs. */
export const vscodeWindow: Record<string, unknown> = {
  withProgress: (_: unknown, task: (...given: unknown[]) => unknown) => task(progress, token),
};

/** Empty until a test puts something in. */
export const vscodeWorkspace: Record<string, unknown> = {};

/** What modules of the extension need of VS Code to be tried outside of it. */
const words = {
  l10n: {
    t: (text: string | { message: string; args?: unknown[] }, ...given: unknown[]) => {
      const { message, args = [] } = typeof text === 'string' ? { message: text, args: given } : text;
      return message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));
    },
  },
  env: { language: 'en' },
  window: vscodeWindow,
  workspace: vscodeWorkspace,
  ProgressLocation: { Notification: 15 },
  Uri: {
    file: fileUri,
    joinPath: (folder: { fsPath: string }, ...names: string[]) => fileUri([folder.fsPath, ...names].join('/')),
  },
  commands: { executeCommand: () => Promise.resolve(undefined) },
  CancellationError: class extends Error {},
};

const loader = Module as unknown as {
  _load: (request: string, parent: { filename: string } | undefined, ...rest: unknown[]) => unknown;
};
const load = loader._load.bind(loader);
// For the extension alone: whatever else asked for VS Code would not run where it has to, outside of it.
loader._load = (request, parent, ...rest) =>
  request === 'vscode' && /[\\/]src[\\/]extension[\\/]/.test(parent?.filename ?? '')
    ? words
    : load(request, parent, ...rest);
