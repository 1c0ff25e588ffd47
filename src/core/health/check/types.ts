import type { SlotSet } from '../../topology/slotSet';
import type { NodeView, Topology } from '../../topology/types';
import type { Problem } from '../types';

/** What a plan to fix could do about a finding. */
export type FixKind = 'openSlots' | 'uncovered' | 'owners' | 'strayKeys' | 'epochs';

/**
 * How a slot stands open, by what the nodes say of themselves:
 * - `bothEnds`: one master gives it to another, which takes it from that one;
 * - `onlyMigrating`: a master gives it away and nobody takes it;
 * - `onlyImporting`: a master takes it from its owner, which does not give it away;
 * - `mismatch`: the ends name other nodes than each other, or there are more than two;
 * - `peerLost`: an end names a node that is unknown, failed, silent, or no master;
 * - `replicaOnly`: a replica says so and its master does not (Valkey 8 and newer pass it on to replicas).
 */
export type OpenSlotForm = 'bothEnds' | 'onlyMigrating' | 'onlyImporting' | 'mismatch' | 'peerLost' | 'replicaOnly';

/** Something a check found. `sinceMilliseconds`: the first look of the check that showed it; the monitor may know better. */
export interface CheckFinding extends Problem {
  /** What slots it is about. */
  slots?: SlotSet;
  fix?: FixKind;
  /** Of open slots; one finding per form and pair of ends. */
  form?: OpenSlotForm;
  /** Node id -> how many keys of these slots it holds, of the nodes where they were counted. */
  keys?: Readonly<Record<string, number>>;
  /** No look shows it: it is known to hold at the time of the check and no longer. */
  onlyByCheck?: true;
}

/** One end of a link of the cluster bus, as CLUSTER LINKS tells it (Redis 7.0, every Valkey): `to` was opened by the node asked. */
export interface BusLink {
  direction: 'to' | 'from';
  peerId: string;
  /** Opened so lately that the other end need not know yet whose it is: the first packet after the meeting tells, half a node timeout later. */
  isYoung: boolean;
}

/** Node id -> slot -> keys it holds there; what was not counted, or cannot be, is absent. */
export type KeyCounts = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Keys in slots a node has nothing to do with. */
export interface StrayKeys {
  /** Slot -> keys, where there are any. */
  bySlot: ReadonlyMap<number, number>;
  /** Keys of which the server does not tell the slots (Redis 8.4 and newer). */
  hidden: number;
}

/** What one round of questions brought. */
export interface CheckLook {
  topology: Topology;
  views: readonly NodeView[];
  /** Node id -> its links; nodes that could not be asked are absent. */
  links: ReadonlyMap<string, readonly BusLink[]>;
}

/** Everything a check judges. */
export interface CheckEvidence {
  /** What holds is what this one shows. */
  latest: CheckLook;
  /** The look before, where there were two: what only one of them shows is gossip on its way, and is not told. */
  earlier?: CheckLook;
  /** Node id -> name -> value of the settings that were read. */
  settings: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Of open, uncovered and doubly owned slots. */
  keys: KeyCounts;
  /** By node id; absent when not asked for. */
  strayKeys?: ReadonlyMap<string, StrayKeys>;
}
