import type { Plan } from '../../plan/types';
import type { OperationRecord } from '../operationRecord';
import type { ManagedNodes } from '../steps/types';

/** What an undo gets. It cannot be cancelled; every command in it is bounded. */
export interface UndoContext {
  readonly plan: Plan;
  readonly nodes: ManagedNodes;
  readonly record: OperationRecord;
  /** An earlier process made the changes: in the meantime the cluster may have gone into use. */
  readonly afterInterruption: boolean;
  readonly report: (message: string) => void;
}

export interface UndoResult {
  /** What was put back, what could not be; whole sentences. */
  notes: string[];
  /** Nothing is left to put back. */
  settled: boolean;
}
