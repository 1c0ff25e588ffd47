import type { Topology } from '../topology/types';

export interface PaceOptions {
  intervalMilliseconds: number;
  busyIntervalMilliseconds: number;
}

/** What decides how soon the next look is due. */
export interface PaceFacts {
  /** An operation runs. */
  busy: boolean;
  /** Looks left of the quick ones after a connection closed. */
  quickLooks: number;
  topology: Topology | undefined;
  millisecondsSinceEvent: number;
  failuresInARow: number;
}

/** How long to wait after a look before the next one. */
export function choosePace(
  { busy, quickLooks, topology, millisecondsSinceEvent, failuresInARow }: PaceFacts,
  { intervalMilliseconds, busyIntervalMilliseconds }: PaceOptions,
  random: () => number,
): number {
  if (failuresInARow > 0) {
    const backOff = intervalMilliseconds * 2 ** Math.min(failuresInARow - 1, 10);
    return Math.min(backOff, Math.max(LONGEST_BACK_OFF_MILLISECONDS, intervalMilliseconds)) * (0.75 + random() / 2);
  }
  // A node can stay suspect for ever, where no majority is left to judge it; then the quick pace helps nobody.
  const settling = topology !== undefined && isUnsettled(topology) && millisecondsSinceEvent < SETTLING_MILLISECONDS;
  const quick = busy || quickLooks > 0 || settling;
  return quick ? Math.min(busyIntervalMilliseconds, intervalMilliseconds) : intervalMilliseconds;
}

const LONGEST_BACK_OFF_MILLISECONDS = 10_000;

/** Enough for a failure, an election and a resynchronisation with the default node timeout of 15 s. */
const SETTLING_MILLISECONDS = 60_000;

function isUnsettled({ nodes, clusterState }: Topology): boolean {
  return clusterState === 'fail' || nodes.some(({ status }) => UNSETTLED.has(status));
}

const UNSETTLED: ReadonlySet<string> = new Set(['suspect', 'unreachable', 'joining']);
