import { ClusterError, type ErrorFacts } from '../topology/clusterError';
import type { SlotSet } from '../topology/slotSet';

/**
 * Why slots could not be moved:
 * - `engineRefused`: the server does not begin, for a reason that another engine need not share;
 * - `engineFailed`: it began, gave up, and will again; what it began is taken back;
 * - `keysDiffer`: both ends hold a key of that name with other contents, and nothing tells which one counts;
 * - `strayKeys`: the target holds keys of a slot it does not own, from before the move;
 * - `targetFull`, `keyTooLarge`, `noPermission`, `wrongPassword`, `loading`, `targetUnreachable`: what a server or a link says;
 * - `ownerChanged`: a slot belongs to somebody else now (a failover, or another actor);
 * - `slotsUncovered`: slots belong to nobody, and the servers take no keys while that is so;
 * - `slotsOpen`: a slot is open at a node that has no part in this.
 */
export type MigrationErrorCode =
  | 'engineRefused'
  | 'engineFailed'
  | 'keysDiffer'
  | 'strayKeys'
  | 'targetFull'
  | 'keyTooLarge'
  | 'noPermission'
  | 'wrongPassword'
  | 'loading'
  | 'targetUnreachable'
  | 'ownerChanged'
  | 'slotsUncovered'
  | 'slotsOpen';

/** Slots that were not moved, and why; `slots` are those it is about, some of which may be open. */
export class MigrationError extends ClusterError {
  override name = 'MigrationError' as const;
  declare readonly code: MigrationErrorCode;
  readonly slots: SlotSet;

  constructor(code: MigrationErrorCode, what: string, { slots, ...facts }: ErrorFacts & { slots: SlotSet }) {
    super(code, what, facts);
    this.slots = slots;
  }
}
