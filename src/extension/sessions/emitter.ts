import type { Event } from 'vscode';

/** VS Code's EventEmitter, without VS Code: the sessions run and are tested in plain Node too. */
export class Emitter<Value> {
  readonly #listeners = new Set<(value: Value) => unknown>();
  readonly #report: (error: unknown) => void;

  /** `report` hears what a listener throws; the others are told all the same. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  readonly event: Event<Value> = (listener, thisArgs, disposables) => {
    // Wrapped, so that the same function added twice is told twice and removed once.
    const entry = (value: Value): unknown => listener.call(thisArgs, value) as unknown;
    this.#listeners.add(entry);
    const registration = { dispose: () => this.#listeners.delete(entry) };
    disposables?.push(registration);
    return registration;
  };

  fire(value: Value): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
