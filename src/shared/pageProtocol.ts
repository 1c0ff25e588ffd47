/**
 * What the topology page and the extension say to each other. Snapshots are numbered; an older one is ignored. The first is
 * whole; of those after it only what changed is told, and a page that missed one asks for a whole one again.
 */

import type { ClusterColor } from './clusterColors';
import { parsePageCommand, type PageCommand } from './pageCommand';
import { parsePastQuestion, parsePreviewEnd, type PastQuestion, type PreviewEnd, type StillKind } from './pageStill';
import { parseWhatIfSubject, type PageWhatIfAnswer, type WhatIfSubject } from './pageWhatIf';

export type NodeState =
  | 'ok'
  | 'suspect'
  | 'failed'
  | 'joining'
  | 'unreachable'
  | 'spare'
  | 'syncing'
  | 'linkDown'
  | 'loading'
  /** It answers, and its cluster does not know it any more. */
  | 'forgotten';

/** From this time on, milliseconds since 1970, the node was in this state. `unknown`: nobody looked. */
export interface PageRun {
  atMilliseconds: number;
  state: NodeState | 'unknown';
}

/** What an event of the timeline, or a stage of one, is about; those of the core. */
export type EventKind =
  | 'unreachable'
  | 'suspect'
  | 'failed'
  | 'answers'
  | 'recovered'
  | 'cameBackEmpty'
  | 'failingOver'
  | 'stuck'
  | 'newMaster'
  | 'failover'
  | 'follows'
  | 'appeared'
  | 'joined'
  | 'left'
  | 'roleChanged'
  | 'masterChanged'
  | 'addressChanged'
  | 'slotsMoved'
  | 'epochChanged'
  | 'linkDown'
  | 'linkUp'
  | 'disagreement'
  | 'agreement'
  | 'clusterDown'
  | 'clusterUp'
  | 'silence'
  | 'operation'
  | 'supervisor';

export interface PageStage {
  /** Milliseconds since 1970. */
  atMilliseconds: number;
  kind: EventKind;
  /** A whole sentence. */
  text: string;
}

export interface PageEvent extends PageStage {
  /** Stays the same while the event goes on. */
  id: string;
  /** The one to show first. */
  nodeIds: string[];
  /** Oldest first, the latest included; empty when there is but one. */
  stages: PageStage[];
  /** Found when the watch began, or after a pause: it may have happened earlier. */
  afterPause?: true;
}

export interface PageNode {
  id: string;
  /** Short: `127.0.0.1:7000`, or the port alone when all nodes share one host. */
  name: string;
  address: string;
  hostLabel: string;
  role: 'master' | 'replica' | 'spare';
  masterId?: string;
  state: NodeState;
  /** The state in words, with numbers where they help: `suspect 2/6`, `syncing`, `link down`. Empty for a spare that stands by. */
  stateText: string;
  /** Its server, of a local cluster, was stopped: at rest, not in trouble. */
  stopped?: true;
  /** `0-5460`, empty for none. */
  slots: string;
  slotCount: number;
  memoryBytes?: number;
  operationsPerSecond?: number;
  keys?: number;
  /** What it may use; absent without a limit. */
  maxMemoryBytes?: number;
  inputBytesPerSecond?: number;
  outputBytesPerSecond?: number;
  clients?: number;
  /** Keys evicted for want of memory. */
  evictionsPerSecond?: number;
  /** Of a look at it, from here and back. */
  pingMilliseconds?: number;
  /** `Redis 7.0.15`. */
  version?: string;
  /** Operations a second, five seconds each, oldest first, up to when it was asked last; null: not known. At most twelve. */
  trend?: (number | null)[];
  /** When the first five seconds of the trend began, milliseconds since 1970. */
  trendSinceMilliseconds?: number;
  lagBytes?: number;
  /** Runs on this machine under the extension's care, so that it can be killed, started, paused. */
  local: boolean;
  /** The words of the tree's contextValue: the same menus apply. */
  contextValue: string;
  /** For a failed node without slots: the shard column it belongs to; the id of none where that is not known. */
  formerShardId?: string;
  /** Its last states, oldest first, one per change: the last ten minutes and what it was in when they began. */
  history: PageRun[];
}

export interface PageShard {
  id: string;
  /** `Shard 1`, in slot order. */
  name: string;
  slots: string;
  masterId?: string;
  replicaIds: string[];
}

/** What one node says of slots on their way: `[slot->-id]` is migrating, `[slot-<-id]` importing. */
export interface PageOpenSlots {
  /** `0-100,5461` */
  slots: string;
  nodeId: string;
  direction: 'migrating' | 'importing';
  /** The other end; perhaps a node nobody lists any more. */
  peerId: string;
}

/** Slots whose owner the nodes do not agree about. */
export interface PageDisputedSlots {
  slots: string;
  /** A whole sentence that names the nodes. */
  text: string;
}

/** All that the running operation moves from one master to another, whether it is there already or not. */
export interface PageSlotMove {
  slots: string;
  fromId: string;
  toId: string;
}

/** A failover that the running operation is about, whether it has come to it or not. */
export interface PageRoleSwap {
  /** The master that hands over, and the replica that takes over. */
  fromId: string;
  toId: string;
}

/** What fails together, and what that would cost. The nodes of a host have its label; a zone may hold several hosts. */
export interface PageDomain {
  kind: 'host' | 'zone';
  label: string;
  /** What would be lost if it died now, a whole sentence. */
  text: string;
  losesMajority: boolean;
  /** Shards and slots nobody would serve then, and somebody serves now. */
  shardsDown: number;
  slotsDown: number;
}

export interface Snapshot {
  version: number;
  clusterId: string;
  clusterName: string;
  status: 'ok' | 'degraded' | 'failing' | 'none' | 'unknown';
  /** The status bar's words without its icon. */
  statusText: string;
  nodes: PageNode[];
  shards: PageShard[];
  /** The union of what all masters say; of a replica only what its master does not say. */
  openSlots: PageOpenSlots[];
  disputedSlots: PageDisputedSlots[];
  slotMoves: PageSlotMove[];
  /** Absent for none. */
  roleSwaps?: PageRoleSwap[];
  problems: { severity: 'error' | 'warning'; text: string; remedy: string; nodeIds: string[] }[];
  /** While an operation runs. How far it is, of one in another window only that one knows: it has no fraction. */
  operation?: { title: string; message: string; fraction?: number };
  /** What happened, newest first; at most 50. */
  events: PageEvent[];
  /** By the clock that took the times of events and histories, milliseconds since 1970. */
  nowMilliseconds: number;
  /** Empty where there are too many to judge in every look, and where there is no cluster. */
  domains: PageDomain[];
  /** From so much over the mean of all shards on, percent, a shard counts as skewed. */
  skewPercent: number;
  /** TLS verification is switched off, a read-only cluster, ...: short words to show beside the name. */
  marks: string[];
  /** Of the mark of the cluster; absent for none. */
  color?: ClusterColor;
  /** No change may be asked for. */
  readOnly?: true;
  /** From then on the page may ask how it was, milliseconds since 1970; absent while there is nothing to ask for. */
  pastSinceMilliseconds?: number;
  /** Not how it is now. Then it has no figures, and is read-only whatever the cluster is. */
  still?: StillKind;
}

/** How a snapshot differs from the one that was sent before it. */
export interface SnapshotChanges {
  /** The version of the one before: applied to another one they would make a picture that never was. */
  since: number;
  /** What is otherwise, but for the lists; always the version. */
  fields: Partial<Omit<Snapshot, 'nodes' | 'shards' | 'events'>> & Pick<Snapshot, 'version'>;
  lists: { nodes?: ListChanges<PageNode>; shards?: ListChanges<PageShard>; events?: ListChanges<PageEvent> };
  /** Fields that are absent now. */
  gone: string[];
}

export interface ListChanges<Item extends { id: string }> {
  /** Those that are new or differ, each whole. */
  items: Item[];
  /** The ids of all, in their order; absent where the same ones stand as they stood. */
  order?: string[];
}

/** The answer to a question for the past; its `snapshot` is of the time asked for, or of the change stepped to. */
export type PagePast = { type: 'past'; request: number } & (
  | {
      snapshot: Snapshot;
      /** Of the last look that showed it; where the time of the snapshot is later, nobody looked then. */
      seenUntilMilliseconds: number;
    }
  /** There was no change after it: how it is now. */
  | { now: true }
);

/** A plan that is looked at before it runs. */
export interface PagePreview {
  /** Another one with every plan. */
  id: number;
  title: string;
  /** On the button that runs it, which asks first. */
  verb: string;
  /** Whole sentences. */
  warnings: string[];
  after: Snapshot;
  /** The cluster is not what the plan was made from any more. */
  outdated: boolean;
}

/** What can be measured of every slot; CPU in microseconds, memory and network in bytes. */
export type SlotFigureName = 'keys' | 'memory' | 'cpu' | 'network';
export const slotFigureNames: readonly SlotFigureName[] = ['keys', 'memory', 'cpu', 'network'];

export interface PageSlotFigures {
  by: SlotFigureName;
  /** One number per slot; -1 where nothing is known. */
  values: number[];
  /** By the clock of the snapshots. */
  atMilliseconds: number;
  /** Some numbers are estimated from some keys. */
  sampled?: true;
  /** Masters that could not tell, and why not: whole sentences. */
  missing: { nodeId: string; reason: string }[];
}

export type ToPage =
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'changes'; changes: SnapshotChanges }
  /** The tree's selection. */
  | { type: 'select'; nodeId: string | undefined }
  /** The answer to `measureSlots`. */
  | ({ type: 'slotFigures' } & PageSlotFigures)
  /** Nothing could be measured; whole sentences. */
  | { type: 'slotFiguresFailed'; by: SlotFigureName; reason: string }
  | PageWhatIfAnswer
  | PagePast
  /** A plan to be looked at; without one, what was looked at is over. */
  | { type: 'preview'; preview?: PagePreview }
  /** The text of a `copy` is in the clipboard. */
  | { type: 'copied' };

export type FromPage =
  | { type: 'ready' }
  /** What changed does not fit what the page has: it wants a whole snapshot. */
  | { type: 'resend' }
  | { type: 'select'; nodeId: string }
  /** Opens the node's details: reveals it in the tree. */
  | { type: 'reveal'; nodeId: string }
  /** Asks for one figure of every slot; another request replaces it. */
  | { type: 'measureSlots'; by: SlotFigureName }
  | { type: 'stopMeasuring' }
  /** Begins a command, which shows its plan before anything is done. */
  | { type: 'run'; request: PageCommand }
  | { type: 'whatIf'; subject: WhatIfSubject }
  | ({ type: 'past' } & PastQuestion)
  | ({ type: 'endPreview' } & PreviewEnd)
  /** Puts a text into the clipboard. */
  | { type: 'copy'; text: string }
  | { type: 'problem'; message: string };

/** Characters: a thousand nodes with every column need less than half of it. */
export const LONGEST_COPY = 1_000_000;

/** The ways to look at the cluster; the selection is the same in all. */
export type PageView = 'graph' | 'slots' | 'hosts' | 'table';
export const pageViews: readonly PageView[] = ['graph', 'slots', 'hosts', 'table'];

/** What the page keeps over a reload: where the reader was, never data. */
export interface PageState {
  clusterId: string;
  view: PageView;
  selectedNodeId?: string;
  timelineFolded?: true;
  slots?: PageSlotsState;
}

/** Where the reader was in the slots. */
export interface PageSlotsState {
  mode: SlotMode;
  /** `0-100,5461` */
  selected: string;
  cursor: number;
}

/** What the map of the slots shows by colour. */
export type SlotMode = 'state' | 'owner' | SlotFigureName | 'migration';
export const slotModes: readonly SlotMode[] = ['state', 'owner', ...slotFigureNames, 'migration'];

/** Narrows what arrived from the page; anything unexpected is refused, never acted upon. */
export function parseFromPage(value: unknown): FromPage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const { type, nodeId, message, by, request, subject, text } = fields;
  switch (type) {
    case 'ready':
    case 'resend':
      return { type };
    case 'select':
    case 'reveal':
      return typeof nodeId === 'string' && nodeId.length <= 100 ? { type, nodeId } : undefined;
    case 'measureSlots': {
      const name = slotFigureNames.find(each => each === by);
      return name && { type, by: name };
    }
    case 'stopMeasuring':
      return { type };
    case 'run': {
      const command = parsePageCommand(request);
      return command && { type, request: command };
    }
    case 'whatIf': {
      const about = parseWhatIfSubject(subject);
      return about && { type, subject: about };
    }
    case 'past': {
      const question = parsePastQuestion(fields);
      return question && { type, ...question };
    }
    case 'endPreview': {
      const end = parsePreviewEnd(fields);
      return end && { type, ...end };
    }
    case 'copy':
      return typeof text === 'string' && text.length <= LONGEST_COPY ? { type, text } : undefined;
    case 'problem':
      return typeof message === 'string' ? { type, message: message.slice(0, 1000) } : undefined;
    default:
      return undefined;
  }
}
