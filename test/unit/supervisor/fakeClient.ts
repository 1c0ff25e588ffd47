import type { NodeConnection } from '../../../src/core/connection/types';
import type { Operation, OperationResult, RunOptions } from '../../../src/core/operation/types';
import type { Plan } from '../../../src/core/plan/types';
import type { Planners, SupervisedClient } from '../../../src/core/supervisor/types';
import type { Topology } from '../../../src/core/topology/types';

/** A run that a test ends as it likes. */
export interface FakeRun {
  plan: Plan;
  /** Its first step has begun. */
  begin(): void;
  complete(notes?: string[]): void;
  cancel(): void;
  fail(error: Error): void;
}

/** Notes what it shall run, and knows no server. */
export class FakeClient implements SupervisedClient {
  readonly runs: FakeRun[] = [];
  measuring: Error | undefined;

  run = (plan: Plan, options: RunOptions = {}): Operation => {
    const { promise, resolve, reject } = withResolvers<OperationResult>();
    const ended = (outcome: OperationResult['outcome'], notes: string[]): void =>
      resolve({ outcome, topology: {} as Topology, durationMilliseconds: 1500, notes });
    this.runs.push({
      plan,
      begin: () =>
        options.onProgress?.({
          state: 'running',
          stepIndex: 0,
          step: plan.steps[0]!,
          message: '',
          fraction: 0,
          nodes: [],
        }),
      complete: (notes = []) => ended('completed', notes),
      cancel: () => ended('cancelled', ['Nothing was changed.']),
      fail: reject,
    });
    return { id: `operation-${this.runs.length}`, plan, finished: promise } as Operation;
  };

  measureFailover = (): Promise<{ nodeTimeoutMilliseconds: number }> =>
    this.measuring ? Promise.reject(this.measuring) : Promise.resolve({ nodeTimeoutMilliseconds: 1000 });

  node = (address: string): NodeConnection => {
    throw new Error(`${address} is not to be asked.`);
  };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

/** Plans of one step, and what was asked of them. */
export function fakePlanners(calls: string[] = []): Planners {
  const plan = (title: string, { stateId }: Topology): Plan => {
    calls.push(title);
    return {
      formatVersion: 1,
      kind: 'failover',
      title,
      stateId,
      steps: [{ kind: 'checkEmptyNodes', text: 'Check.', nodes: [] }],
      before: { nodes: [] },
      after: { nodes: [] },
      warnings: [],
      risk: 'none',
    };
  };
  const short = (id: string): string => String(parseInt(id.slice(0, 8), 16));
  return {
    failBack: (topology, { replica, nodeTimeoutMilliseconds }) =>
      plan(`failBack ${short(replica)} ${nodeTimeoutMilliseconds}`, topology),
    replace: (topology, { node, spare }) => plan(`replace ${short(node)} ${short(spare)}`, topology),
    forget: (topology, { node }) => plan(`forget ${short(node)}`, topology),
    balanceRoles: topology => plan('balanceRoles', topology),
  };
}
