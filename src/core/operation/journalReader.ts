import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readJournalFile } from './journalFile';
import { summarize, summarizeUnreadable } from './journaledOperation';
import { heldLocks } from './lock';
import { isOfSameNodes, shareNodes } from './shareNodes';
import type { JournaledOperation } from './types';

/** Reads what all files of a journal directory tell; a file that did not change is not read again. */
export class JournalReader {
  readonly #known = new Map<string, { stamp: string; bytes: number; operation: JournaledOperation }>();

  constructor(
    readonly directory: string,
    readonly locks: string,
  ) {}

  /**
   * Newest first. Files, then locks, then the files that seem abandoned once more: an operation that began after the first
   * look is not in it, one that ended between the looks had its outcome written before it let its lock go.
   */
  async list(): Promise<JournaledOperation[]> {
    const names = (await readdir(this.directory)).filter(name => name.endsWith('.jsonl'));
    const ids = names.map(name => name.slice(0, -'.jsonl'.length)).sort();
    const there = new Set(ids);
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id);
    const read = await Promise.all(ids.reverse().map(id => this.#read(id)));
    const seen = read.filter(operation => operation !== undefined);
    const held = new Set((await heldLocks(this.locks)).map(lock => lock.operationId));
    const operations = seen.map(async operation => {
      if (held.has(operation.id)) return this.#readFile(operation.id, true);
      return operation.state === 'interrupted' ? ((await this.#read(operation.id)) ?? operation) : operation;
    });
    return Promise.all(operations);
  }

  /** The size of its file when it was listed last; 0 for one that was not there. */
  bytesOf(id: string): number {
    return this.#known.get(id)?.bytes ?? 0;
  }

  /** Undefined when the file was deleted meanwhile. */
  async #read(id: string): Promise<JournaledOperation | undefined> {
    const facts = await stat(this.#pathOf(id)).catch(() => undefined);
    if (!facts) return undefined;
    const stamp = `${facts.mtimeMs} ${facts.size}`;
    const known = this.#known.get(id);
    if (known?.stamp === stamp) return known.operation;
    const operation = this.#sharing(await this.#readFile(id, false));
    this.#known.set(id, { stamp, bytes: facts.size, operation });
    return operation;
  }

  /** All stay in memory, with their plans. */
  #sharing(operation: JournaledOperation): JournaledOperation {
    const { plan } = operation;
    if (!plan) return operation;
    const plans = [...this.#known.values()].flatMap(known => known.operation.plan ?? []);
    return {
      ...operation,
      plan: shareNodes(
        plan,
        plans.findLast(known => isOfSameNodes(known, plan)),
      ),
    };
  }

  async #readFile(id: string, running: boolean): Promise<JournaledOperation> {
    try {
      return summarize(await readJournalFile(this.#pathOf(id)), running);
    } catch (error) {
      return summarizeUnreadable(id, (error as Error).message);
    }
  }

  #pathOf(id: string): string {
    return join(this.directory, `${id}.jsonl`);
  }
}
