import type { NodeStatus } from '../../topology/types';

/** What an event, or a stage of one, is about. */
export const timelineKinds = [
  // A node in trouble, and how that ends. `answers`: it does again, the others still call it failed.
  'unreachable',
  'suspect',
  'failed',
  'answers',
  'recovered',
  // A master serves again, without the keys it held.
  'cameBackEmpty',
  // A failover. `stuck`: the failed master has no replica that could take over. `follows`: a replica found its new master.
  'failingOver',
  'stuck',
  'newMaster',
  'failover',
  'follows',
  // Members. `appeared`: known now, in no cluster yet.
  'appeared',
  'joined',
  'left',
  'roleChanged',
  'masterChanged',
  'addressChanged',
  'slotsMoved',
  'epochChanged',
  'linkDown',
  'linkUp',
  'disagreement',
  'agreement',
  // The cluster as a whole. `silence`: no node answers here, nothing is known of any.
  'clusterDown',
  'clusterUp',
  'silence',
  // Told from outside.
  'operation',
  'supervisor',
] as const;

export type TimelineKind = (typeof timelineKinds)[number];

/** One moment of an event. */
export interface TimelineStage {
  /** Milliseconds since 1970, of the look that first showed it. */
  atMilliseconds: number;
  kind: TimelineKind;
  /** A whole sentence. */
  text: string;
}

/** `automatic`: the engine replaced a master that was in trouble. `byHand`: somebody, or an operation, asked for it. */
export type FailoverCause = 'automatic' | 'byHand';

/** Something that happened, with what belongs to it; as it goes on, kind, text and time are those of its latest stage. */
export interface TimelineEvent extends TimelineStage {
  /** A number, unique within its timeline; stays the same while the event goes on. */
  id: string;
  /** Of its first stage. */
  sinceMilliseconds: number;
  /** The nodes it is about, the one to show first. */
  nodeIds: readonly string[];
  /** Oldest first, the latest included; empty when there is but one. */
  stages: readonly TimelineStage[];
  /** Failovers only. */
  cause?: FailoverCause;
  /** Failovers only: the operation of ours that did it. */
  operationTitle?: string;
  /**
   * Of a failover: from the first look that showed the old master in trouble to the one that showed the new one with the
   * slots. Of what was in trouble and is no longer: how long. As exact as the looks are frequent; absent when the
   * beginning was not seen.
   */
  durationMilliseconds?: number;
  /** Found at the first look, or after nobody had watched: it may have happened earlier. */
  afterPause?: true;
}

/** What somebody else wants in the timeline. */
export interface TimelineNote {
  /** Milliseconds since 1970. */
  atMilliseconds: number;
  kind: 'operation' | 'supervisor';
  /** A whole sentence. */
  text: string;
  nodeId?: string;
  /** Notes of one story are stages of one event; the latest is its headline. */
  story?: string;
}

/** An operation of ours that runs while the cluster is looked at. */
export interface TimelineOperation {
  title: string;
  /** Ids of the replicas it makes masters. */
  promotes: readonly string[];
}

/** A node's state as it is drawn: its status, and what keeps a node that is ok from being of use. */
export type NodeCondition = NodeStatus | 'syncing' | 'linkDown' | 'loading';

/** From this look on, until the next run, the node was in this state. `unknown`: nobody looked. */
export interface StateRun {
  /** Milliseconds since 1970. */
  atMilliseconds: number;
  state: NodeCondition | 'unknown';
}
