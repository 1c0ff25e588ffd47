/** Who wants to know. A listener that throws does not keep the others from hearing. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  constructor(private readonly onThrown: (error: unknown) => void) {}

  add(listener: (value: T) => void): () => void {
    // Wrapped, so that the same function added twice is heard twice and removed once.
    const entry = (value: T) => listener(value);
    this.#all.add(entry);
    return () => void this.#all.delete(entry);
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(value);
      } catch (error) {
        this.onThrown(error);
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
