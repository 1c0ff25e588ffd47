import type { Log } from '../../../src/extension/log';

/** The state of an extension, in memory. */
export interface FakeMemento {
  values: Map<string, unknown>;
  keys(): readonly string[];
  get(key: string, otherwise?: unknown): unknown;
  update(key: string, value: unknown): Promise<void>;
}

export function fakeMemento(): FakeMemento {
  const values = new Map<string, unknown>();
  return {
    values,
    keys: () => [...values.keys()],
    get: (key: string, otherwise?: unknown) => values.get(key) ?? otherwise,
    // As VS Code does: undefined takes the key away.
    update: async (key: string, value: unknown) =>
      void (value === undefined ? values.delete(key) : values.set(key, structuredClone(value))),
  };
}

export function silentLog(): Log {
  const ignore = (): void => undefined;
  return {
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    addSecret: ignore,
    show: ignore,
    dispose: ignore,
  };
}
