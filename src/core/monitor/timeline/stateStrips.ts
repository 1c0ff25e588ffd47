import type { Topology } from '../../topology/types';
import { conditionOf } from './nodeCondition';
import type { StateRun } from './types';

/**
 * The last states of every node, one entry per change and none per look: a thousand quiet nodes cost a thousand entries,
 * however long they are watched.
 */
export class StateStrips {
  #runs = new Map<string, StateRun[]>();
  #lastLook: number | undefined;
  #afterPause = false;

  constructor(private readonly runsKept: number) {}

  accept({ nodes, observedAtMilliseconds }: Topology, afterPause: boolean): void {
    const gapFrom = afterPause && !this.#afterPause ? this.#lastLook : undefined;
    const runs = new Map<string, StateRun[]>();
    for (const node of nodes) {
      const own = this.#runs.get(node.id) ?? [];
      if (gapFrom !== undefined) extendRuns(own, { atMilliseconds: gapFrom, state: 'unknown' }, this.runsKept);
      extendRuns(own, { atMilliseconds: observedAtMilliseconds, state: conditionOf(node) }, this.runsKept);
      runs.set(node.id, own);
    }
    this.#runs = runs;
    this.#lastLook = observedAtMilliseconds;
    this.#afterPause = afterPause;
  }

  /** Oldest first; empty for a node that is not known. */
  of(nodeId: string): readonly StateRun[] {
    return this.#runs.get(nodeId) ?? [];
  }
}

function extendRuns(runs: StateRun[], run: StateRun, kept: number): void {
  const last = runs.at(-1);
  if (last?.state === run.state) return;
  // A gap begins where the look before it was: what that saw held for no time at all.
  if (last && last.atMilliseconds >= run.atMilliseconds) runs.pop();
  if (runs.at(-1)?.state === run.state) return;
  runs.push(run);
  if (runs.length > kept) runs.splice(0, runs.length - kept);
}
