import Module from 'node:module';

/** What modules of the extension need of VS Code to be tried outside of it: their words, and progress that shows nothing. */
const words = {
  l10n: {
    t: (message: string, ...values: unknown[]) =>
      message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
  },
  env: { language: 'en' },
  window: { withProgress: (_: unknown, task: () => unknown) => task() },
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
