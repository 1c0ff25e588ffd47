import Module from 'node:module';

/** What modules of the extension need of VS Code to be tried outside of it: their words, and progress that shows nothing. */
const words = {
  l10n: {
    t: (message: string, ...values: unknown[]) =>
      message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
  },
  window: { withProgress: (_: unknown, task: () => unknown) => task() },
  commands: { executeCommand: () => Promise.resolve(undefined) },
  CancellationError: class extends Error {},
};

const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === 'vscode' ? words : load(request, ...rest));
