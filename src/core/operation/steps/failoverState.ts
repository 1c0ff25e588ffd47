import type { FailoverRoles } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import type { NodeLine } from '../../topology/types';

/** By its own word the replica is the master of all the slots: the failover has happened. */
export function hasTakenOver(own: NodeLine | undefined, { slots }: FailoverRoles): boolean {
  if (!own?.flags.includes('master')) return false;
  return SlotSet.parse(slots).difference(own.slots).isEmpty;
}

/** By its own word it is still what it was. */
export function isStillReplica(own: NodeLine | undefined, { master }: FailoverRoles): boolean {
  return own !== undefined && own.flags.includes('slave') && own.masterId === master.id;
}
