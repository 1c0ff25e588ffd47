import { noteRegistration } from './registrations';
import { EventEmitter } from './values';

interface Message {
  type: string;
}

/** A page as the extension host knows it: it says that it is ready once it has its HTML, and what it is sent goes away as JSON. */
export class WebviewPanel {
  iconPath: unknown;
  visible = true;
  readonly #viewState = new EventEmitter<unknown>();
  readonly #disposed = new EventEmitter<void>();
  readonly #received = new EventEmitter<unknown>();
  readonly onDidChangeViewState = this.#viewState.event;
  readonly onDidDispose = this.#disposed.event;
  readonly webview: object;
  readonly #registration: { dispose(): void };

  /** `sent` hears the type of each message and how many characters it has. */
  constructor(
    readonly viewType: string,
    public title: string,
    sent: (type: string, characters: number) => void,
    forget: (panel: WebviewPanel) => void,
  ) {
    const loaded = (): void => this.tell({ type: 'ready' });
    this.webview = {
      options: {},
      cspSource: 'stand-in:',
      asWebviewUri: (uri: unknown) => uri,
      onDidReceiveMessage: this.#received.event,
      postMessage: (message: Message) => {
        sent(message.type, JSON.stringify(message).length);
        return Promise.resolve(this.visible);
      },
      set html(_: string) {
        queueMicrotask(loaded);
      },
    };
    this.#registration = noteRegistration('page', () => {
      forget(this);
      this.#disposed.fire();
      for (const emitter of [this.#viewState, this.#disposed, this.#received]) emitter.dispose();
    });
  }

  /** The page says something. */
  tell(message: object): void {
    this.#received.fire(message);
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.#viewState.fire(undefined);
  }

  reveal(): void {
    if (!this.visible) this.setVisible(true);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
