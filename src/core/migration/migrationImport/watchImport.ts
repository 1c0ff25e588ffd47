import { ConnectionError } from '../../connection/connectionError';
import { figureOf } from '../../topology/figureOf';
import { slotsText } from '../../topology/wording';
import { lookAtEnds } from '../atomic/ends';
import { Progress } from '../atomic/progress';
import { readInfo } from '../atomic/replies';
import { watch } from '../atomic/watch';
import { MigrationError } from '../migrationError';
import type { Transfer, TransferContext } from '../types';
import { refused, type BegunImport } from './beginImport';
import { findTask, parseImportTasks, type ImportTask } from './importTask';
import { importTrouble, inWords } from './importTrouble';

/** How a watch ended: the slots are there, or why they are not; `isRunning` when the server would go on trying. */
export type ImportEnd = { error?: undefined } | { error: unknown; isRunning: boolean };

/** The server itself tries again each second, for ever. */
const mostFailures = 3;
const busyMilliseconds = 60_000;
/** Every wait has its end: what moves for a day will not be done. */
const longestMilliseconds = 24 * 3600 * 1000;

/** Watches a task on its target until it is over, hopeless, or cancelled by the signal. Rejects when the target is lost. */
export async function watchImport(
  begun: BegunImport,
  transfer: Transfer,
  context: TransferContext,
): Promise<ImportEnd> {
  const { signal } = context;
  const watched = new WatchedImport(begun, transfer, context);
  try {
    const end = await watch(() => watched.look(), { signal, timeoutMilliseconds: longestMilliseconds });
    return end ?? { error: watched.failed(`it was not done within a day`), isRunning: true };
  } catch (error) {
    if (signal.aborted) return { error: signal.reason, isRunning: true };
    throw error;
  }
}

class WatchedImport {
  readonly #progress = new Progress();
  // Numbers of the server's tries that failed for a reason of their own.
  readonly #failures = new Set<number>();
  #busySince: number | undefined;
  #told = '';

  constructor(
    readonly begun: BegunImport,
    readonly transfer: Transfer,
    readonly context: TransferContext,
  ) {}

  async look(): Promise<ImportEnd | undefined> {
    const seen = await this.#ask();
    if (!seen) return undefined;
    const { task, memory } = seen;
    if (!task) return this.#endedElsewhere(`${this.transfer.target.address} knows nothing of the import any more`);
    this.#tell(task);
    if (task.state === 'completed') return this.#completed(memory);
    if (task.state === 'canceled') return this.#endedElsewhere(inWords(task.lastError));
    if (memory.isFull) return { error: this.#full(memory), isRunning: true };
    if (task.state === 'failed') return this.#judge(task);
    this.#busySince = undefined;
    const stalled = this.#progress.stalledSeconds;
    return stalled === undefined
      ? undefined
      : { error: this.failed(`nothing has come for ${stalled} s (${task.state})`), isRunning: true };
  }

  failed(why: string, cause?: unknown): MigrationError {
    const { source, target } = this.transfer;
    const what = `The import of ${slotsText(this.begun.slots)} from ${source.address} to ${target.address} failed: ${why}.`;
    return new MigrationError('engineFailed', what, { node: target.address, slots: this.begun.slots, cause });
  }

  /** Undefined when the target did not answer this time. */
  async #ask(): Promise<{ task: ImportTask | undefined; memory: Memory } | undefined> {
    const { target } = this.transfer;
    try {
      const [status, info] = await this.context.nodes.node(target.address).pipeline([
        ['CLUSTER', 'MIGRATION', 'STATUS', 'ID', this.begun.id],
        ['INFO', 'memory', 'stats'],
      ]);
      const [task] = parseImportTasks(status, target.address);
      const fields = info instanceof Error ? {} : readInfo(info);
      this.#progress.saw(`${task?.state} ${task?.retries} ${fields['total_net_repl_input_bytes']}`);
      return { task, memory: readMemory(fields) };
    } catch (error) {
      // A refused connection: the process is gone, and the task with it. Anything else may pass.
      const mayPass = error instanceof ConnectionError && !['closed', 'connectionRefused'].includes(error.code);
      if (mayPass && !this.#progress.isSilent) return undefined;
      throw error;
    }
  }

  #completed(memory: Memory): ImportEnd {
    if (memory.isFull)
      this.context.note(`The slots have moved, and now ${fullText(this.transfer.target.address, memory)}.`);
    return {};
  }

  /** A manual failover, a restart or somebody else ended it; what the nodes say now tells whether that is a matter of roles. */
  async #endedElsewhere(why: string): Promise<ImportEnd> {
    const transfer = { ...this.transfer, slots: this.begun.slots };
    const { arrived } = await lookAtEnds(transfer, this.context.nodes);
    if (arrived.count === this.begun.slots.count) return {};
    return { error: this.failed(`it was cancelled by the server or by somebody else (${why})`), isRunning: false };
  }

  async #judge({ lastError, retries }: ImportTask): Promise<ImportEnd | undefined> {
    const trouble = importTrouble(lastError);
    if (trouble === 'busy') {
      this.#busySince ??= performance.now();
      if (performance.now() - this.#busySince < busyMilliseconds) return undefined;
      return {
        error: this.#refused(`${inWords(lastError)}, for ${busyMilliseconds / 1000} s`),
        isRunning: true,
      };
    }
    if (trouble !== 'failed') return { error: this.#refused(inWords(lastError)), isRunning: true };
    this.#failures.add(retries);
    if (this.#failures.size < mostFailures) return undefined;
    const why = [inWords(lastError), await this.#wordsOfSource()].filter(Boolean).join('; ');
    return { error: this.failed(`${mostFailures} tries in a row ended alike (${why})`), isRunning: true };
  }

  /** The source often knows more; a source that does not answer is in the target's words already. */
  async #wordsOfSource(): Promise<string | undefined> {
    const { source } = this.transfer;
    const task = await findTask(this.begun.id, source.address, this.context.nodes).catch(() => undefined);
    return task?.lastError ? `${source.address} says: ${inWords(task.lastError)}` : undefined;
  }

  #refused(text: string): MigrationError {
    return refused({ ...this.transfer, slots: this.begun.slots }, { text });
  }

  #full(memory: Memory): MigrationError {
    const { target } = this.transfer;
    return new MigrationError('targetFull', `The import was stopped, for ${fullText(target.address, memory)}.`, {
      node: target.address,
      slots: this.begun.slots,
      remedy: `Raise maxmemory on ${target.address}, or move fewer slots to it.`,
    });
  }

  #tell({ state, lastError }: ImportTask): void {
    const { source, target } = this.transfer;
    const doing = stateWords[state] ?? (state === 'failed' ? `tries again (${inWords(lastError)})` : 'begins');
    const text = `${target.address} imports ${slotsText(this.begun.slots)} from ${source.address}: it ${doing}.`;
    if (text !== this.#told) this.context.report(text);
    this.#told = text;
  }
}

const stateWords: Readonly<Record<string, string>> = {
  none: 'waits until the deletion of slots that left it is through',
  'accumulate-buffer': 'receives the keys',
  'ready-to-stream': 'has received the keys',
  'streaming-buffer': 'catches up with what was written meanwhile',
  'wait-stream-eof': 'waits for the last writes',
  takeover: 'takes over',
  completed: 'is done',
};

interface Memory {
  usedBytes: number;
  limitBytes: number;
  /** An import goes past maxmemory without a word (8.6.3): the node would refuse every write afterwards. */
  isFull: boolean;
}

function readMemory(fields: Record<string, string>): Memory {
  const usedBytes = figureOf(fields['used_memory']) ?? 0;
  const limitBytes = figureOf(fields['maxmemory']) ?? 0;
  // With another policy a full cache is its usual state: it makes room by itself.
  const keepsAll = fields['maxmemory_policy'] === 'noeviction';
  return { usedBytes, limitBytes, isFull: keepsAll && limitBytes > 0 && usedBytes > limitBytes };
}

function fullText(address: string, { usedBytes, limitBytes }: Memory): string {
  const [used, limit] = [usedBytes, limitBytes].map(bytes => (bytes / 1024 / 1024).toFixed(1));
  return `${address} uses ${used} MB, more than its maxmemory of ${limit} MB, and refuses writes`;
}
