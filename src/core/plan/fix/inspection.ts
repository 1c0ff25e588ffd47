import type { NodeRole } from '../../topology/types';
import type { NodeRef } from '../types';

/** What a planner of fixes needs beyond the topology; the client looks for it (`client.inspectSlots`). Plain data. */
export interface SlotInspection {
  /** Of the topology the nodes told just before. */
  stateId: string;
  /** Every node that answered. */
  nodes: readonly InspectedNode[];
  /** Slots that are not right, ascending. */
  slots: readonly InspectedSlot[];
  /** Keys were looked for in slots that are right otherwise, too. */
  strayKeys: boolean;
}

export interface InspectedNode extends NodeRef {
  role: NodeRole;
  /** Of a replica. */
  masterId?: string;
  /** `redis 7.0.15` */
  version: string;
  configEpoch: number;
  /**
   * Redis 8.4 and newer count no keys of slots they neither own nor import: what such a node holds of a slot shows only when
   * the slot is open there.
   */
  hidesKeys: boolean;
  /** Keys it holds and counts in no slot; only where it hides keys and strays were asked for. */
  hiddenKeys?: number;
}

/** A slot in the words of the nodes. */
export interface InspectedSlot {
  slot: number;
  /** Ids of the masters that call it their own. */
  claims: readonly string[];
  /** Who owns it in whose view; `null`: nobody. Ids. */
  views: readonly SlotView[];
  open: readonly OpenAt[];
  /** Id of a master -> keys it holds there, in all databases; masters without keys are absent. */
  keys: Readonly<Record<string, number>>;
  /** Keys that two nodes hold; of the first 1000 per slot. */
  collisions: readonly KeyCollision[];
  /** There were more keys than were compared. */
  cut?: true;
}

export interface SlotView {
  owner: string | null;
  viewers: readonly string[];
}

/** An open slot, by the word of `node`. */
export interface OpenAt {
  node: string;
  direction: 'migrating' | 'importing';
  peer: string;
}

export interface KeyCollision {
  /** Its bytes, in base64. */
  key: string;
  /** As text; bytes that are no text are escaped. */
  name: string;
  database: number;
  /**
   * `unread`: one of the nodes shows values only when the slot is open there; `otherVersions`: the payloads differ, and so
   * do the servers' versions, so that nothing follows from it.
   */
  compared: 'equal' | 'different' | 'otherVersions' | 'unread';
  copies: readonly KeyCopy[];
}

/** What one node holds under a key. */
export interface KeyCopy {
  node: string;
  /** `string`, `hash`, ...; absent when unread, like the rest. */
  type?: string;
  /** Memory it needs. */
  bytes?: number;
  /** The beginning of the value, readable. */
  preview?: string;
  /** SHA-1 of its DUMP. */
  digest?: string;
}
