import type { LookOptions, Observation } from '../../connection/clusterConnections';
import type { NodeConnection, ServerCapabilities } from '../../connection/types';
import type { CheckFinding } from '../../health/check/types';
import type { ClusterNode, Topology } from '../../topology/types';

export interface CheckOptions {
  /** Also asks every master for the keys in slots it does not own. Default false. */
  strayKeys?: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: CheckProgress) => void;
}

export interface CheckProgress {
  /** What happens now, a whole sentence. */
  message: string;
  /** 0 to 1. */
  fraction: number;
}

export type CheckSubject =
  'nodes' | 'views' | 'slots' | 'openSlots' | 'busLinks' | 'replicas' | 'settings' | 'strayKeys';

/** What was looked at. */
export interface Checked {
  subject: CheckSubject;
  /** Of what the text names: nodes, slots, links, settings, keys. */
  count: number;
  /** A whole sentence. */
  text: string;
}

/** What could not be looked at, of whom and why. */
export interface NotChecked {
  subject: CheckSubject;
  nodeIds: readonly string[];
  /** Whole sentences. */
  text: string;
}

/** A question a node did not answer. */
export interface Refused {
  subject: CheckSubject;
  node: ClusterNode;
  reason: string;
}

export interface CheckReport {
  /** As the last look of the check saw it. */
  topology: Topology;
  /** Worst first; empty when nothing is wrong. */
  findings: readonly CheckFinding[];
  checked: readonly Checked[];
  notChecked: readonly NotChecked[];
  durationMilliseconds: number;
}

/** The nodes a check asks. */
export interface CheckedNodes {
  /** A look at all of them, with what each said. Rejects like `observe`. */
  look(options?: LookOptions): Promise<Observation>;
  node(address: string): NodeConnection;
  capabilities(address: string): Promise<ServerCapabilities>;
  /** A connection of the check's own, which it closes. */
  open(address: string): NodeConnection;
}
