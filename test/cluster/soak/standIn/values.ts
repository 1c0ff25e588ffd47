import { noteRegistration } from './registrations';

type Listener<Value> = (value: Value) => unknown;

/** As VS Code's own; counts who listens. */
export class EventEmitter<Value> {
  readonly #listeners = new Map<object, { listener: Listener<Value>; end: () => void }>();

  readonly event = (
    listener: Listener<Value>,
    thisArgs?: unknown,
    disposables?: { dispose(): void }[],
  ): { dispose: () => void } => {
    const key = {};
    const registration = noteRegistration('listener', () => this.#listeners.delete(key));
    this.#listeners.set(key, { listener: listener.bind(thisArgs), end: registration.dispose });
    disposables?.push(registration);
    return registration;
  };

  fire(value: Value): void {
    for (const { listener } of [...this.#listeners.values()]) listener(value);
  }

  dispose(): void {
    for (const { end } of [...this.#listeners.values()]) end();
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query = '',
  ) {}

  static from({ scheme, path, query }: { scheme: string; path: string; query?: string }): Uri {
    return new Uri(scheme, path, query);
  }
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  static joinPath(base: Uri, ...names: string[]): Uri {
    return new Uri(base.scheme, [base.path, ...names].join('/'));
  }

  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}:${this.path}${this.query && `?${this.query}`}`;
  }
}

class Disposable {
  constructor(readonly dispose: () => void) {}
  static from(...owned: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => owned.forEach(each => each.dispose()));
  }
}

export class TreeItem {
  contextValue?: string;
  constructor(
    readonly label: string,
    readonly collapsibleState = 0,
  ) {}
}

class ThemeColor {
  constructor(readonly id: string) {}
}
class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}
class MarkdownString {
  constructor(readonly value: string) {}
}
class Range {
  readonly given: readonly number[];
  constructor(...given: number[]) {
    this.given = given;
  }
}
class CodeLens {
  constructor(
    readonly range: Range,
    readonly command: unknown,
  ) {}
}
class CancellationError extends Error {}

const l10n = {
  t: (text: string | { message: string; args?: unknown[] }, ...given: unknown[]): string => {
    const { message, args = [] } = typeof text === 'string' ? { message: text, args: given } : text;
    return message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));
  },
};

/** What the extension makes of the editor's own kinds. */
export const values = {
  ...{
    EventEmitter,
    Uri,
    Disposable,
    TreeItem,
    ThemeColor,
    ThemeIcon,
    MarkdownString,
    Range,
    CodeLens,
    CancellationError,
  },
  l10n,
};
