import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { l10n } from 'vscode';
import type { Log } from '../log';
import { parseLocalDefinitions } from '../settings/parseClusters';
import type { ClusterDefinition } from './types';

/**
 * The list of local clusters, in a file: in a browser VS Code writes the state of an extension seconds later, and a window that
 * is reloaded before would leave servers running that stand in no list.
 */
export class LocalClusters {
  #last: readonly ClusterDefinition[] = [];

  constructor(
    private readonly path: string,
    private readonly log: Log,
  ) {}

  /** As any window wrote it last; while that cannot be read, as it was before. */
  read(): readonly ClusterDefinition[] {
    try {
      this.#last = this.#readFile();
    } catch (error) {
      this.log.warn('store', `The list of local clusters in ${this.path} cannot be read: ${String(error)}`);
    }
    return this.#last;
  }

  /** Throws what the user is told while the list cannot be read, and the error of the file system. */
  change(how: (known: readonly ClusterDefinition[]) => readonly ClusterDefinition[]): void {
    const next = how(this.#readToChange());
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.path}.new`, JSON.stringify(next, undefined, 2), { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }

  // Whatever runs and is not written again would run unseen.
  #readToChange(): readonly ClusterDefinition[] {
    try {
      return this.#readFile();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        l10n.t(
          'The list of local clusters in {0} cannot be read: {1}. Nothing was changed in it. Mend the file, or delete it to begin anew, and try again.',
          this.path,
          why,
        ),
        { cause },
      );
    }
  }

  #readFile(): readonly ClusterDefinition[] {
    try {
      return parseLocalDefinitions(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
