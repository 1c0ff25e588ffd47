import type { ClusterClient } from '../operation/clusterClient';
import type { FailoverMeasurements } from '../operation/measureFailover';
import type { Journal } from '../operation/types';
import type { MonitorClock } from '../monitor/clock';
import type { NodeRef, Plan } from '../plan/types';
import type { Topology } from '../topology/types';

/** `observe`: only says what it would do. `ask`: proposes each act. `act`: does it. */
export type SupervisorMode = 'observe' | 'ask' | 'act';

export interface SupervisorSettings {
  /** Default `ask`. */
  mode: SupervisorMode;
  /** From the moment the cluster agrees that a node failed; default 5. */
  graceSeconds: number;
  /** After an act, before the next one on the same cluster; default 60. A replace and the balancing of roles after it are one act. */
  coolDownSeconds: number;
  /**
   * After so many acts within an hour a person has to let it go on; default 3. Every act that began counts, also one that
   * failed or was cancelled; what was declined or could not begin does not, nor does the balancing of roles after a replace.
   */
  actsPerHour: number;
  /** After so many fail-backs of one node within ten minutes it counts as flapping, until a person lets it go on; default 3. */
  failBacksPerTenMinutes: number;
  /** Balance the roles over the hosts after a replace; default true. */
  balanceRoles: boolean;
  /** Addresses of nodes that may replace a failed one, best first; empty: any spare the topology shows. */
  spares: readonly string[];
  /** Addresses of nodes that a person took out of use: they stay out, whatever `spares` says. */
  retired: readonly string[];
  /** The name by which this process supervises the same cluster already: this one keeps off. Default empty: nobody does. */
  standsBackFor: string;
}

/** A node that is in trouble, as it is told to people. */
export interface Subject extends NodeRef {
  /** `0-5460`, what it served when it failed; empty for a replica. */
  slots: string;
}

/** What the supervisor would do, does or did. */
export type SupervisorAct =
  | { kind: 'failBack'; subject: Subject }
  | { kind: 'replace'; subject: Subject; spare: NodeRef }
  /** A dead node that was replaced, and that some nodes list again. */
  | { kind: 'forget'; subject: Subject }
  | { kind: 'balanceRoles' };

export type SupervisorState =
  /** Not started, or stopped. */
  | { kind: 'off' }
  /** Just started, or after a pause: looks so many times more before it may act. */
  | { kind: 'observing'; looksToGo: number }
  | { kind: 'healthy' }
  /** Some viewers miss it, or it does not answer here; the cluster has not decided. */
  | { kind: 'suspect'; subject: Subject; viewers: number; of: number }
  /** A majority says it failed; what it served has no healthy master yet: an election runs. */
  | { kind: 'failed'; subject: Subject }
  /** Failed, taken over (or a replica): waits whether it comes back. Milliseconds since 1970. */
  | { kind: 'grace'; subject: Subject; untilMilliseconds: number }
  /** It answers again: waits for what stands in `waitsFor`, which goes on after "waits until ". */
  | { kind: 'returned'; subject: Subject; waitsFor: string }
  /** Proposed in mode `ask`; waits for `approve` or `decline`. */
  | { kind: 'asking'; act: SupervisorAct; plan: Plan }
  | { kind: 'acting'; act: SupervisorAct; operationId: string }
  /** Acted; waits until all views agree. */
  | { kind: 'verifying'; act: SupervisorAct }
  | { kind: 'coolDown'; untilMilliseconds: number }
  /** Does nothing until that is over; whole sentences. `code`: that of the guard, of the PlanError or of the operation's error. */
  | { kind: 'blocked'; code: string; reason: string; remedy: string };

/** In the order in which they are judged; the first that fails is the reason of a `blocked` state. */
export type GuardCode =
  | 'oneSupervisor'
  | 'clockSteady'
  | 'majorityVisible'
  | 'twoViewersBesidesOwnPing'
  | 'oneFailureAtATime'
  | 'clusterCovered'
  | 'noOperationRunning'
  | 'noSlotsMoving'
  | 'rolesUnchangedByOthers'
  | 'notAnswering'
  | 'spareAvailable'
  | 'candidateInSync'
  | 'notFlapping'
  | 'actsPerHour'
  | 'coolDown'
  | 'notPaused';

/** One condition of acting, passed or not, with what was seen. */
export interface Guard {
  code: GuardCode;
  passed: boolean;
  /** A whole sentence. */
  text: string;
}

/** A line of the supervisor's story; each act is one line in the log, one entry in history, one notification. */
export interface SupervisorEvent {
  /** Milliseconds since 1970. */
  atMilliseconds: number;
  kind:
    | 'stateChanged'
    /** In mode `observe`: what it would do, once per case. */
    | 'wouldAct'
    | 'actProposed'
    | 'actStarted'
    | 'actCompleted'
    | 'actFailed'
    | 'actDeclined'
    | 'returnedAfterReplacement'
    /** A node that was replaced is listed by nobody though the ban is over. */
    | 'stayedForgotten';
  /** Whole sentences. */
  text: string;
  operationId?: string;
}

/** Who supervises this cluster on this machine, when it is not this supervisor. */
export interface OtherSupervisor {
  processId: number;
  host: string;
  /** ISO 8601. */
  since: string;
}

/** A node that was replaced: it is never let back in without a person. */
export interface Tombstone extends NodeRef {
  replacedBy: NodeRef;
  /** Milliseconds since 1970. */
  atMilliseconds: number;
  /**
   * Until then the servers do not take it up again, and then it is looked at whether they did; absent when that was done.
   * Milliseconds since 1970.
   */
  bannedUntilMilliseconds?: number;
}

/** An act that began, whether it was completed, failed or was cancelled; for the limits. */
export interface PastAct {
  /** Balancing the roles is part of the replace before it; what an earlier version kept of it does not count. */
  kind: SupervisorAct['kind'];
  /** The node it was about; absent for the balancing of roles. */
  nodeId?: string;
  /** When it began, milliseconds since 1970. */
  atMilliseconds: number;
}

export interface Failure {
  act: SupervisorAct;
  code: string;
  reason: string;
  remedy: string;
  /** The node it happened on, `host:port`. */
  node?: string;
  /** That node was seen failing since. */
  wasLost?: boolean;
}

/** What has to outlive a reload; plain data. */
export interface Remembered {
  tombstones: readonly Tombstone[];
  acts: readonly PastAct[];
  /** Milliseconds since 1970; absent when none runs. */
  coolDownUntilMilliseconds?: number;
  /** What an act left undone; a person has to see to it. */
  failure?: Failure;
  /** A node that came and went too often. */
  flapping?: Subject;
  /** Replaced nodes that answer, and that was told; absent in what an earlier version kept. */
  returned?: readonly string[];
}

/** Who plans the acts of a supervisor; each throws a PlanError when its act is impossible now. */
export interface Planners {
  failBack: (topology: Topology, request: { replica: string } & FailoverMeasurements) => Plan;
  replace: (topology: Topology, request: { node: string; spare: string }) => Plan;
  forget: (topology: Topology, request: { node: string }) => Plan;
  /** Throws a PlanError `alreadyBalanced` when there is nothing to do. */
  balanceRoles: (topology: Topology, measured: FailoverMeasurements) => Plan;
}

export interface SupervisorOptions extends Partial<SupervisorSettings> {
  /** Where operations are written down, and where the lease of the one supervisor per cluster lies. */
  journal?: Journal;
  /** What an earlier supervisor of this cluster gave out with `remember()`. */
  remembered?: Remembered;
  /** What another process that supervised this cluster until now gave out; asked when its lease is taken over. */
  recall?: () => Remembered | undefined;
  /** Default: the planners of the core. */
  planners?: Planners;
  /** For tests; default the system's. */
  clock?: MonitorClock;
}

/** What a supervisor needs of a client. */
export type SupervisedClient = Pick<ClusterClient, 'run' | 'measureFailover' | 'node'>;
