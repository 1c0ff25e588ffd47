/** What VS Code's own Disposable is at its smallest; needs no VS Code. */
export interface CanDispose {
  dispose(): unknown;
}

/** Owns things that must be disposed with it. What arrives after its end is disposed at once. */
export abstract class Disposable implements CanDispose {
  readonly #owned: CanDispose[] = [];
  #disposed = false;

  protected get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Newest first. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (let owned = this.#owned.pop(); owned; owned = this.#owned.pop()) owned.dispose();
  }

  protected register<Value extends CanDispose>(owned: Value): Value {
    if (this.#disposed) owned.dispose();
    else this.#owned.push(owned);
    return owned;
  }
}
