import type { LogOutputChannel, window as vscodeWindow } from 'vscode';

/** The log of the extension. Every line names its component and never holds a secret that was told to `addSecret`. */
export interface Log {
  trace(component: string, message: string): void;
  debug(component: string, message: string): void;
  info(component: string, message: string): void;
  warn(component: string, message: string): void;
  error(component: string, message: string, error?: unknown): void;
  /** From now on the text is masked in every line. */
  addSecret(secret: string): void;
  show(): void;
  dispose(): void;
}

/** The output channel "Redis Cluster"; its level is set with "Developer: Set Log Level...". */
export function createLog(window: Pick<typeof vscodeWindow, 'createOutputChannel'>): Log {
  const channel = window.createOutputChannel('Redis Cluster', { log: true });
  const secrets = new Set<string>();
  const write =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error'): Log['error'] =>
    (component, message, error) =>
      writeLine(channel, level, maskSecrets(`[${component}] ${message}${explain(error)}`, secrets));
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    addSecret: secret => {
      if (secret !== '') secrets.add(secret);
    },
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}

/** Replaces every secret, also in its URL-encoded form, longest first so that no tail of a longer one is left over. */
export function maskSecrets(text: string, secrets: Iterable<string>): string {
  const forms = [...secrets].flatMap(secret => [secret, encodeURIComponent(secret)]);
  return [...new Set(forms)]
    .filter(form => form !== '')
    .sort((one, other) => other.length - one.length)
    .reduce((masked, form) => masked.replaceAll(form, '***'), text);
}

function writeLine(
  channel: LogOutputChannel,
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error',
  line: string,
): void {
  channel[level](line);
}

function explain(error: unknown): string {
  if (error === undefined) return '';
  if (!(error instanceof Error))
    return `\n${typeof error === 'string' ? error : (JSON.stringify(error) ?? typeof error)}`;
  const cause = error.cause === undefined ? '' : `\nCaused by:${explain(error.cause)}`;
  return `\n${error.stack ?? error.message}${cause}`;
}
