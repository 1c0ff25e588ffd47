import { ConnectionError } from '../../connection/connectionError';
import { slotsText } from '../../topology/wording';
import { Progress } from '../atomic/progress';
import { readInfo } from '../atomic/replies';
import { watch } from '../atomic/watch';
import { MigrationError } from '../migrationError';
import type { Transfer, TransferContext } from '../types';
import { isOver, parseSlotJobs, type SlotJob } from './exportJob';

/** How a watch ended: with the job as it is at its end (undefined: the source forgot it), or why it is not waited for. */
export type JobEnd = { job: SlotJob | undefined } | { error: unknown };

const longestMilliseconds = 24 * 3600 * 1000;

/** Watches a job on its source until it is over, hangs, or the signal aborts. Rejects when the source is lost. */
export async function watchJob(begun: SlotJob, transfer: Transfer, context: TransferContext): Promise<JobEnd> {
  const { signal } = context;
  const watched = new WatchedJob(begun, transfer, context);
  try {
    const end = await watch(() => watched.look(), { signal, timeoutMilliseconds: longestMilliseconds });
    return end ?? { error: watched.failed('it was not done within a day') };
  } catch (error) {
    if (signal.aborted) return { error: signal.reason };
    throw error;
  }
}

class WatchedJob {
  readonly #progress = new Progress();
  #told = '';

  constructor(
    readonly begun: SlotJob,
    readonly transfer: Transfer,
    readonly context: TransferContext,
  ) {}

  async look(): Promise<JobEnd | undefined> {
    const seen = await this.#ask();
    if (!seen) return undefined;
    const { job, info } = seen;
    if (!job || isOver(job)) return { job };
    this.#tell(job, info);
    const stalled = this.#progress.stalledSeconds;
    if (stalled === undefined || childOf(info) !== undefined) return undefined;
    return { error: this.failed(`nothing has moved for ${stalled} s (${job.state})`) };
  }

  failed(why: string): MigrationError {
    const { source, target } = this.transfer;
    const { slots } = this.begun;
    const what = `The move of ${slotsText(slots)} from ${source.address} to ${target.address} failed: ${why}.`;
    return new MigrationError('engineFailed', what, { node: source.address, slots });
  }

  /** Undefined when the source did not answer this time. */
  async #ask(): Promise<{ job: SlotJob | undefined; info: Record<string, string> } | undefined> {
    const { source } = this.transfer;
    try {
      const [jobs, reply] = await this.context.nodes.node(source.address).pipeline([
        ['CLUSTER', 'GETSLOTMIGRATIONS'],
        ['INFO', 'persistence', 'stats'],
      ]);
      const job = parseSlotJobs(jobs, source.address).find(({ name }) => name === this.begun.name);
      const info = reply instanceof Error ? {} : readInfo(reply);
      this.#progress.saw(`${job?.state} ${job?.remainingBytes} ${info['total_net_cluster_slot_export_bytes']}`);
      return { job, info };
    } catch (error) {
      // A refused connection: the process is gone, and the job with it. Anything else may pass.
      const mayPass = error instanceof ConnectionError && !['closed', 'connectionRefused'].includes(error.code);
      if (mayPass && !this.#progress.isSilent) return undefined;
      throw error;
    }
  }

  #tell({ state, slots }: SlotJob, info: Record<string, string>): void {
    const { source, target } = this.transfer;
    const child = childOf(info);
    const doing =
      state === 'waiting-to-snapshot' && child
        ? `waits until its ${child} has ended`
        : (stateWords[state] ?? 'signs in at the other one');
    const text = `${source.address} hands ${slotsText(slots)} over to ${target.address}: it ${doing}.`;
    if (text !== this.#told) this.context.report(text);
    this.#told = text;
  }
}

const stateWords: Readonly<Record<string, string>> = {
  'waiting-to-snapshot': 'waits for its turn to send the keys',
  snapshotting: 'sends the keys',
  replicating: 'sends what was written meanwhile',
  'waiting-to-pause': 'waits for the moment of the hand-over',
  'failover-paused': 'holds writes back for the hand-over',
  'failover-granted': 'waits for the new owner to tell everybody',
};

/** A server has one child process at a time. */
function childOf(info: Record<string, string>): string | undefined {
  if (info['rdb_bgsave_in_progress'] === '1') return 'BGSAVE';
  if (info['aof_rewrite_in_progress'] === '1') return 'rewriting of the append-only file';
  if (info['module_fork_in_progress'] === '1') return "module's child process";
  return undefined;
}
