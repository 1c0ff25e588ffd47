import { join } from 'node:path';
import { describeHolder } from '../operation/describeHolder';
import { changeLock, heldLocks, takeLock } from '../operation/lock';
import { LockedError } from '../operation/operationError';
import { newOperationId } from '../operation/operationId';
import type { Journal, OperationLock } from '../operation/types';
import { whatOf } from '../operation/whatOf';
import type { Topology } from '../topology/types';
import type { Lease } from './sight';

/**
 * The right to be the one supervisor of a cluster on this machine: a lock file in the journal's directory that names the
 * nodes. Two claims that share a node exclude each other; the lease of a process that died is free at once.
 */
export class SupervisorLease {
  readonly #id = newOperationId();
  readonly #directory: string | undefined;
  #lock: OperationLock | undefined;

  constructor(journal: Journal | undefined) {
    this.#directory = journal && join(journal.directory, 'supervisors');
  }

  /**
   * Takes it, or makes sure that it is still held, for the nodes the cluster has now. When nodes joined that another one
   * supervises it is let go: two that stand in each other's way would both stand still. Never throws.
   */
  async hold(topology: Topology | undefined): Promise<Lease> {
    const directory = this.#directory;
    if (directory === undefined)
      return { held: true, text: 'Without a journal nobody can tell whether another process supervises this cluster.' };
    try {
      const nodeIds = idsOf(topology);
      const claim = { operationId: this.#id, title: 'Supervision', nodeIds };
      const own = this.#lock && (await heldLocks(directory)).find(({ operationId }) => operationId === this.#id);
      if (own && (nodeIds.length === 0 || nodeIds.join() === own.nodeIds.join())) return held;
      if (own) await changeLock(directory, claim);
      else {
        this.#lock = undefined;
        if (nodeIds.length === 0) return { held: false, text: 'No node of the cluster was seen yet.' };
        this.#lock = await takeLock(directory, claim);
      }
      return held;
    } catch (error) {
      if (error instanceof LockedError && error.holder) await this.release();
      return refused(error);
    }
  }

  /** Leaves it to another one of this process, which supervises the cluster by that name. Never throws. */
  async standBack(name: string): Promise<Lease> {
    await this.release();
    return { held: false, text: `This cluster is supervised by this window as ${name}.` };
  }

  /** Never throws. */
  async release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release();
  }
}

const held: Lease = { held: true, text: 'Nobody else on this machine supervises this cluster.' };

// An address that never answered is no node: in another window it may stand for another cluster's.
function idsOf(topology: Topology | undefined): string[] {
  const nodes = topology?.nodes.filter(({ id, inCluster }) => inCluster && !id.startsWith('?')) ?? [];
  return nodes.map(({ id }) => id).sort();
}

function refused(error: unknown): Lease {
  if (!(error instanceof LockedError) || !error.holder)
    return { held: false, text: `The lease of the supervisor cannot be taken: ${whatOf(error)}` };
  const { processId, host, since } = error.holder;
  return {
    held: false,
    text: `This cluster is supervised by ${describeHolder(error.holder)}.`,
    other: { processId, host, since },
  };
}
