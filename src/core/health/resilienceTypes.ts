import type { SlotSet } from '../topology/slotSet';

/** What could die: a node, all nodes of a host (its label), or all nodes of an availability zone. */
export type LossSubject =
  | { kind: 'node'; nodeId: string; nodeIds: readonly string[] }
  | { kind: 'host' | 'zone'; label: string; nodeIds: readonly string[] };

export type DomainSubject = Extract<LossSubject, { kind: 'host' | 'zone' }>;

/** What becomes of a shard that has nobody left to serve it. */
export type ShardFate =
  /** The masters elect that replica within seconds. `lagBytes`: what it had not received at the last look, when both answered. */
  | { kind: 'takenOver'; shardId: string; slots: SlotSet; replicaId: string; lagBytes?: number }
  /** That replica could take over, but no majority is left to elect it: only by hand, without a vote. */
  | { kind: 'notElected'; shardId: string; slots: SlotSet; replicaId: string; lagBytes?: number }
  /** Replicas are left, but none that would be elected. */
  | { kind: 'unfit'; shardId: string; slots: SlotSet; copies: readonly { nodeId: string; reason: string }[] }
  /** No copy is left. `others`: replicas that die with it (or are dead already); without any, it never had one. */
  | { kind: 'lost'; shardId: string; slots: SlotSet; others: readonly string[] };

/** What an action would mend; the names are those of plans and commands. */
export type Mend =
  | { kind: 'startNodes'; nodeIds: readonly string[] }
  | { kind: 'addReplica'; masterId: string }
  | { kind: 'balanceRoles' }
  /** Masters on a host of their own, or simply more masters. */
  | { kind: 'addMasters' };

/** What would happen if it died now. */
export type LossFacts = Omit<Loss, 'text' | 'remedy' | 'mend'>;

/** The same, told. */
export interface Loss {
  subject: LossSubject;
  /** Present when the masters left are no majority then, and were one before. */
  quorumLost?: { mastersLeft: number; masters: number };
  /** Shards that lose who serves them, by first slot. */
  fates: readonly ShardFate[];
  /** Slots nobody serves then, and somebody serves now. */
  slotsDown: SlotSet;
  /** Slots that are served on, but have no working replica any more. */
  slotsUnguarded: SlotSet;
  /** `If host 10.0.0.2 dies: no majority is left …`: a whole sentence. */
  text: string;
  /** A whole sentence; absent when nothing needs mending. */
  remedy?: string;
  mend?: Mend;
}
