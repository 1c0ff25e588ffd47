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
    t: (message: string, ...values: unknown[]) =>
      message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
  },
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

const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === 'vscode' ? words : load(request, ...rest));
