import type { OpenedOptions, NodeConnection, ServerCapabilities } from '../../connection/types';
import type { NodeRef, Plan, PlanStep } from '../../plan/types';
import type { Topology } from '../../topology/types';
import type { ElectionHistory } from '../electionHistory';
import type { OperationRecord } from '../operationRecord';
import type { NodeOutcome, NodeProgress, SourceLogin } from '../types';

/** The nodes a step works on. */
export interface ManagedNodes {
  node(address: string): NodeConnection;
  /** A connection of one's own; whoever opens it closes it. */
  open(address: string): NodeConnection;
  capabilities(address: string): Promise<ServerCapabilities>;
  /** How the nodes are reached; holds the password, which goes into no text. */
  readonly options: OpenedOptions;
  /** What earlier looks told of elections. */
  readonly elections: ElectionHistory;
  /** The node answers somewhere else than it did: from now on it is reached there by its old address. Only within an operation. */
  moved?(node: NodeRef, address: string): void;
}

/** What a step handler gets. */
export interface StepContext {
  readonly plan: Plan;
  readonly nodes: ManagedNodes;
  /** As the nodes said just before the first step. */
  readonly topology: Topology;
  readonly record: OperationRecord;
  /** How to sign in to a server outside; a secret. */
  readonly sourceLogin: SourceLogin;
  /** Aborted by a cancel: waits end at once with its reason. */
  readonly signal: AbortSignal;
  /** Within a long step: waits while the operation is paused; rejects with the reason of a cancel. */
  readonly safePoint: () => Promise<void>;
  /** The same before work that may run beside other such work: it counts as paused when none of it runs any more. */
  readonly inFlight: <T>(work: () => Promise<T>) => Promise<T>;
  /** `resume`: an earlier process may have done some of it. */
  readonly mode: 'run' | 'resume';
  /** A whole sentence; `fraction` of this step, 0 to 1. */
  readonly report: (message: string, fraction?: number) => void;
  /** How it fares with one of the nodes it does something to. */
  readonly tellNode: (address: string, state: NodeProgress['state']) => void;
  /** Something the user should know afterwards though nothing failed; a whole sentence. */
  readonly note: (text: string) => void;
  /** What came of it at one node, of a step that goes on past nodes that cannot. */
  readonly tellOutcome: (outcome: NodeOutcome) => void;
}

export type StepKind = PlanStep['kind'];
export type StepOf<Kind extends StepKind> = Extract<PlanStep, { kind: Kind }>;

/** Looks whether the end state already holds, else acts and verifies. Throws a ClusterError; bounded in time. */
export type RunStep<Kind extends StepKind> = (step: StepOf<Kind>, context: StepContext) => Promise<void>;

export interface StepHandler<Kind extends StepKind> {
  run: RunStep<Kind>;
  /** False for a step that only looks: when it fails, there is nothing to undo. */
  changes: boolean;
  /** Share of the time, against the other steps. */
  weight: number;
  /** It need not wait for the end of such a step just before it: node by node it begins as soon as it can. */
  beside?: StepKind;
}

/** Why an operation cannot begin. */
export interface Obstacle {
  code: string;
  /** A whole sentence. */
  text: string;
  node?: string;
  /** A whole sentence. */
  remedy: string;
}
