import type { ConnectOptions } from '../connection/types';
import type { NodeRef, Plan, PlanStep } from '../plan/types';
import type { Topology } from '../topology/types';
import type { JournalRecord } from './journalRecord';
import type { LockHolder } from './operationError';

export type OperationState =
  'pending' | 'running' | 'pausing' | 'paused' | 'cancelling' | 'completed' | 'cancelled' | 'failed';

/** How far a step is with one node. */
export interface NodeProgress {
  address: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
}

/**
 * What came of something that was done to one of several nodes. `refused`: it answered with an error. `silent`: no answer came,
 * and what it did is not known. `notSent`: nothing was sent to it.
 */
export interface NodeOutcome {
  node: NodeRef;
  state: 'done' | 'refused' | 'silent' | 'notSent';
  /** What is true there now, or its reply as redis-cli prints it. */
  text: string;
}

export interface OperationProgress {
  state: OperationState;
  /** Index of the step that runs, the number of steps when all are done. */
  stepIndex: number;
  step?: PlanStep;
  /** What is happening now, a whole sentence without secrets. */
  message: string;
  /** 0 to 1. */
  fraction: number;
  /** Of the step in flight, where it does something to each of several nodes; else empty. */
  nodes: readonly NodeProgress[];
}

export interface OperationResult {
  outcome: 'completed' | 'cancelled';
  /** As the nodes said after the last step. */
  topology: Topology;
  durationMilliseconds: number;
  /** After a cancel: what was put back, what could not be. Whole sentences. */
  notes: readonly string[];
  /** Where a step does one thing to each of several nodes and goes on past those that cannot: what came of it at each. */
  nodeOutcomes?: readonly NodeOutcome[];
}

export interface RunOptions {
  signal?: AbortSignal;
  onProgress?: (progress: OperationProgress) => void;
  /** Where the operation is written down and locked. Without one it is neither resumable nor seen by other windows. */
  journal?: Journal;
  /** How to sign in to the server keys are imported from; needed again to resume, for it is written down nowhere. */
  sourceLogin?: SourceLogin;
  /** Set by `journal.resume` and `journal.rollBack`: goes on with that operation instead of beginning a new one. */
  continues?: Continuation;
}

/** How a server outside the cluster is reached. Holds secrets. */
export type SourceLogin = Pick<ConnectOptions, 'username' | 'password' | 'tls' | 'connectTimeoutMilliseconds'> & {
  /** `host:port` to dial instead of its address. */
  dialledAddress?: string;
};

/** `resume`: do what remains. `rollBack`: put back what can be put back, and end. */
export interface Continuation {
  id: string;
  mode: 'resume' | 'rollBack';
}

/** What can carry out a plan: a ClusterClient. */
export interface PlanRunner {
  run(plan: Plan, options?: RunOptions): Operation;
}

/** A plan that is being carried out. */
export interface Operation {
  readonly id: string;
  readonly plan: Plan;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly state: OperationState;
  readonly progress: OperationProgress;
  /** Stops after the step in flight, until `resume`. */
  pause(): void;
  resume(): void;
  /** Stops at the next safe point and puts back what can be put back. */
  cancel(): void;
  /** Rejects with an OperationError (or StalePlanError, LockedError, before anything was changed). Always settles. */
  readonly finished: Promise<OperationResult>;
}

/** `interrupted`: its process ended in the middle. `unreadable`: nothing can be told from its file. */
export type JournaledState = 'running' | 'interrupted' | 'completed' | 'cancelled' | 'failed' | 'unreadable';

/** An operation as its journal file tells it. */
export interface JournaledOperation {
  id: string;
  title: string;
  /** Absent when unreadable. */
  plan?: Plan;
  state: JournaledState;
  /** ISO 8601, empty when unreadable. */
  startedAt: string;
  /** ISO 8601, absent while it runs and after an interruption. */
  endedAt?: string;
  /** The process that ran it last. */
  processId?: number;
  host?: string;
  /** The first step not yet done, the number of steps when all are. */
  stepIndex: number;
  /** It was interrupted, or it ended and something could not be put back: resume it or roll it back. */
  needsAttention: boolean;
  /** How it ended, or why it cannot be read; whole sentences. */
  message?: string;
  /** What was put back, what could not be. Whole sentences. */
  notes: readonly string[];
}

/** A directory in which operations are written down and locked; shared by all processes on this machine. */
export interface Journal {
  readonly directory: string;
  /** Operations that need attention, newest first; never one whose process is alive. Never throws for a bad file. */
  unfinished(): Promise<JournaledOperation[]>;
  /** All operations, newest first. */
  history(): Promise<JournaledOperation[]>;
  /**
   * Looks again and does what remains. Its `finished` rejects, and the operation stays unfinished, when the nodes are no
   * longer what it left. Throws a ClusterError `unknownOperation` or `unreadableJournal`.
   */
  resume(runner: PlanRunner, id: string, options?: Omit<RunOptions, 'journal' | 'continues'>): Operation;
  /** Puts back what the operation changed where that is safe. Throws like `resume`. */
  rollBack(runner: PlanRunner, id: string, options?: Omit<RunOptions, 'journal' | 'continues'>): Operation;
  /** Stops listing an operation that needs attention: somebody else has seen to its nodes. Changes no node. */
  dismiss(id: string): Promise<void>;
  /**
   * Takes the nodes for one operation. Throws a LockedError naming the living operation that holds one of them, or an
   * OperationError `interruptedOperation` naming an unfinished one that changed them (not with `continues`).
   */
  lock(claim: LockClaim): Promise<OperationLock>;
  /** Throws what `lock` would throw; takes nothing. */
  refuseHeld(nodeIds: readonly string[], options?: Pick<LockClaim, 'readsOnly'>): Promise<void>;
  /** Who holds nodes now, in whichever process, for an operation or a backup. Never somebody whose process is dead. */
  holders(): Promise<NodeHolder[]>;
  /** Begins the file of a new operation. */
  begin(id: string, plan: Plan): Promise<JournalWriter>;
  /** Opens the file of an interrupted operation to go on with it. */
  continue(continuation: Continuation): Promise<JournalWriter>;
}

/** Somebody who works on nodes, and excludes everybody else from them. */
export interface NodeHolder extends LockHolder {
  nodeIds: readonly string[];
}

/** What an operation wants for itself alone. */
export interface LockClaim {
  operationId: string;
  title: string;
  nodeIds: readonly string[];
  /** It changes no node: one that an unfinished operation left half changed is no obstacle. */
  readsOnly?: boolean;
}

export interface OperationLock {
  /** Never throws; a second call does nothing. */
  release(): Promise<void>;
}

/** Appends to the file of one operation. */
export interface JournalWriter {
  /** Everything written before this process took it on. */
  readonly earlier: readonly JournalRecord[];
  /** `durable`: on disk, not only handed to the system, when it resolves. */
  append(record: JournalRecord, options?: { durable?: boolean }): Promise<void>;
  close(): Promise<void>;
}
