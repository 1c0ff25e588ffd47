import type { Reply } from '../../connection/types';
import type { NodeRef } from '../../plan/types';
import { ClusterError } from '../../topology/clusterError';
import { OperationError } from '../operationError';
import { whatOf } from '../whatOf';
import { textOf } from './replies';
import type { StepContext } from './types';

/** Nothing at all moves for so long: the link is down and nobody copies. A replica tries again every second. */
const linkTimeoutMilliseconds = 20_000;
/** A copy under way shows no progress for so long; both servers give up after repl-timeout, 60 s by default. */
const stallTimeoutMilliseconds = 75_000;
/** Nothing listens at its port for so long: it is not busy but gone. */
const goneTimeoutMilliseconds = 5000;
/** Copies begun anew: with output buffers too small for the writes meanwhile that goes on for ever. */
const mostRestarts = 4;

export interface SyncLook {
  isInStep: boolean;
  /** A whole sentence. */
  text: string;
  /** 0 to 1. */
  fraction: number;
}

type Fields = Readonly<Record<string, string>>;

/** Follows one replica on its way into step with its master. Its deadline is the last progress, not a time. */
export class SyncWatch {
  #progress = '';
  #progressAt = 0;
  #isCopying = false;
  #restarts = 0;
  #copied = 0;
  /** What the master had when the link was first seen up. */
  #target: number | undefined;
  /** Address -> since when it refuses connections, by `performance.now()`. */
  readonly #refusing = new Map<string, number>();
  #silence = '';

  constructor(
    readonly replica: NodeRef,
    readonly master: NodeRef,
    readonly context: StepContext,
  ) {}

  /** Throws an OperationError `rolesChanged`, `nodeGone`, `linkDown`, `syncStalled` or `syncRestarts`. */
  async look(elapsed: number): Promise<SyncLook> {
    const [own, masters] = await Promise.all([this.#ask(this.replica), this.#ask(this.master)]);
    if (own && own['role'] !== 'slave') throw this.#rolesChanged();
    const isUp = own?.['master_link_status'] === 'up';
    const offset = Number(own?.['slave_repl_offset'] ?? 0);
    if (!isUp) this.#target = undefined;
    else if (masters) this.#target ??= Number(masters['master_repl_offset']);
    if (isUp && this.#target !== undefined && offset >= this.#target && own['loading'] !== '1')
      return { isInStep: true, text: `${this.replica.address} is in step with ${this.master.address}.`, fraction: 1 };
    this.#note(own, masters, elapsed);
    return this.#describe(own, isUp, offset);
  }

  // The server is busy deleting, loading or forking: silence is no progress, and no failure yet.
  async #ask({ address }: NodeRef): Promise<Fields | undefined> {
    try {
      const replies = await this.context.nodes.node(address).pipeline([
        ['INFO', 'replication'],
        ['INFO', 'persistence'],
      ]);
      this.#refusing.delete(address);
      return fieldsOf(replies, address);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      this.#noteSilence(address, error);
      return undefined;
    }
  }

  #noteSilence(address: string, error: ClusterError): void {
    this.#silence = whatOf(error);
    if (error.code !== 'connectionRefused') return void this.#refusing.delete(address);
    const since = this.#refusing.get(address) ?? performance.now();
    this.#refusing.set(address, since);
    if (performance.now() - since <= goneTimeoutMilliseconds) return;
    throw new OperationError('nodeGone', `${address} is gone while its data was copied. ${whatOf(error)}`, {
      node: address,
      remedy: 'Start its server again, or plan anew without it.',
    });
  }

  #note(own: Fields | undefined, masters: Fields | undefined, elapsed: number): void {
    // Of one that does not answer it is not known whether it began anew.
    const copied = own ? Number(own['master_sync_read_bytes'] ?? 0) : this.#copied;
    const isCopying = own ? own['master_sync_in_progress'] === '1' : this.#isCopying;
    if ((this.#isCopying && !isCopying && own?.['master_link_status'] === 'down') || copied < this.#copied)
      this.#restarts++;
    this.#copied = copied;
    this.#isCopying = isCopying;
    if (this.#restarts > mostRestarts) throw this.#restartsForEver();
    const signature = JSON.stringify([
      ...pick(own, [
        'master_link_status',
        'master_sync_in_progress',
        'master_sync_read_bytes',
        'master_sync_left_bytes',
      ]),
      ...pick(own, ['slave_repl_offset', 'slave_read_repl_offset', 'loading', 'loading_loaded_bytes']),
      // The master writes the snapshot first.
      ...pick(masters, ['current_save_keys_processed', 'current_fork_perc']),
    ]);
    if (signature !== this.#progress) {
      this.#progress = signature;
      this.#progressAt = elapsed;
      return;
    }
    const stalled = elapsed - this.#progressAt;
    const isPreparing = masters?.['rdb_bgsave_in_progress'] === '1' || own?.['loading'] === '1' || !own || !masters;
    const isUp = own?.['master_link_status'] === 'up';
    if (stalled > stallTimeoutMilliseconds) throw this.#stalled(stalled);
    if (!isCopying && !isPreparing && !isUp && stalled > linkTimeoutMilliseconds) throw this.#linkDown(stalled);
  }

  #describe(own: Fields | undefined, isUp: boolean, offset: number): SyncLook {
    const [replica, master] = [this.replica.address, this.master.address];
    if (!own) return { isInStep: false, text: `${replica} is busy and does not answer.`, fraction: 0.5 };
    if (isUp) {
      const left = Math.max(0, (this.#target ?? offset) - offset);
      return { isInStep: false, text: `${replica} is ${left} bytes behind ${master}.`, fraction: 0.9 };
    }
    if (own['loading'] === '1')
      return { isInStep: false, text: `${replica} loads the data of ${master}.`, fraction: 0.8 };
    const total = Number(own['master_sync_total_bytes'] ?? 0);
    const read = Number(own['master_sync_read_bytes'] ?? 0);
    if (own['master_sync_in_progress'] !== '1')
      return { isInStep: false, text: `${replica} waits for ${master} to send its data.`, fraction: 0 };
    // A copy without a file has no known size.
    const amount = total > 0 ? `${megabytes(read)} of ${megabytes(total)} MB` : `${megabytes(read)} MB so far`;
    return {
      isInStep: false,
      text: `${replica} copies ${master}: ${amount}.`,
      fraction: total > 0 ? 0.8 * (read / total) : 0.4,
    };
  }

  #rolesChanged(): OperationError {
    return new OperationError('rolesChanged', `${this.replica.address} follows nobody any more.`, {
      node: this.replica.address,
      remedy: 'Plan anew from what the nodes say now.',
    });
  }

  #linkDown(milliseconds: number): OperationError {
    const what = `${this.replica.address} gets no link to its master ${this.master.address} for ${Math.round(milliseconds / 1000)} s.`;
    return new OperationError('linkDown', what, {
      node: this.replica.address,
      remedy: `Look at its log: the password it uses (masterauth, masteruser), the network to ${this.master.address}, TLS.`,
    });
  }

  #stalled(milliseconds: number): OperationError {
    const silence = this.#silence === '' ? '' : ` ${this.#silence}`;
    const what = `The copy of ${this.master.address} to ${this.replica.address} has not moved for ${Math.round(milliseconds / 1000)} s.${silence}`;
    return new OperationError('syncStalled', what, {
      node: this.replica.address,
      remedy: 'Look at the logs of both, at free disk space and memory, and at the load of their machines.',
    });
  }

  #restartsForEver(): OperationError {
    const what = `${this.replica.address} began to copy ${this.master.address} ${this.#restarts + 1} times and never got to the end.`;
    return new OperationError('syncRestarts', what, {
      node: this.replica.address,
      remedy: `Most often more is written meanwhile than ${this.master.address} may keep for it: raise client-output-buffer-limit replica and repl-timeout there, or write less.`,
    });
  }
}

function fieldsOf(replies: readonly (Reply | Error)[], address: string): Fields {
  const fields: Record<string, string> = {};
  for (const line of replies
    .map(reply => textOf(reply, address, 'INFO'))
    .join('\r\n')
    .split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return fields;
}

function pick(fields: Fields | undefined, names: readonly string[]): (string | undefined)[] {
  return names.map(name => fields?.[name]);
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(bytes < 10 * 1_048_576 ? 1 : 0);
}
