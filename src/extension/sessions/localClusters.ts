import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
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
      this.#last = parseLocalDefinitions(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#last = [];
      else this.log.warn('store', `The list of local clusters in ${this.path} cannot be read: ${String(error)}`);
    }
    return this.#last;
  }

  /** Throws the error of the file system. */
  write(definitions: readonly ClusterDefinition[]): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.path}.new`, JSON.stringify(definitions, undefined, 2), { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}
