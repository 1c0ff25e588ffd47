import type { Journal, OperationResult } from '../operation/types';
import type { Monitor } from '../monitor/monitor';
import type { Plan } from '../plan/types';
import { longestBan } from '../operation/steps/longestBan';
import { describeAct } from './describe';
import { faultOf, isRefusal, type Fault } from './fault';
import type { SupervisedClient, SupervisorAct } from './types';

/**
 * How an act ended; `text` for people, whole sentences. `banMilliseconds`: for how long the nodes do not take up again what
 * they were told to forget.
 */
export type Outcome =
  | { kind: 'completed'; text: string; banMilliseconds: number }
  /** Nothing was changed, and it may be tried again. */
  | { kind: 'refused'; fault: Fault }
  /** `isForgotten`: most nodes no longer list the node that was to be replaced. */
  | { kind: 'failed'; text: string; fault: Fault; isForgotten: boolean; banMilliseconds: number };

export interface Means {
  client: Pick<SupervisedClient, 'run' | 'node'>;
  monitor: Pick<Monitor, 'topology' | 'lookNow'>;
  journal?: Journal;
}

/** Runs the plan of an act. `onBegun` is called when it is no longer refused; `outcome` never rejects. */
export function carryOut(
  plan: Plan,
  act: SupervisorAct,
  means: Means,
  onBegun: (operationId: string) => void,
): { operationId: string; outcome: Promise<Outcome> } {
  const { client, journal } = means;
  let hasBegun = false;
  const operation = client.run(plan, {
    ...(journal ? { journal } : {}),
    onProgress: ({ step }) => {
      if (hasBegun || !step) return;
      hasBegun = true;
      onBegun(operation.id);
    },
  });
  const outcome = operation.finished.then(
    result => ended(act, plan, result, means),
    (error: unknown) => broken(act, plan, error, means),
  );
  return { operationId: operation.id, outcome };
}

async function ended(act: SupervisorAct, plan: Plan, result: OperationResult, means: Means): Promise<Outcome> {
  const notes = result.notes.length > 0 ? ` ${result.notes.join(' ')}` : '';
  if (result.outcome === 'cancelled') {
    const reason = `Somebody cancelled it to ${describeAct(act)}.${notes}`;
    const remedy = 'Let the supervisor go on, and it is tried again if it is still needed.';
    return failed(act, plan, { code: 'cancelled', reason, remedy }, means);
  }
  const seconds = (result.durationMilliseconds / 1000).toFixed(1);
  const text = `Done in ${seconds} s: ${describeAct(act)}.${notes}`;
  return { kind: 'completed', text, banMilliseconds: await banOf(plan, means) };
}

async function broken(act: SupervisorAct, plan: Plan, error: unknown, means: Means): Promise<Outcome> {
  const fault = faultOf(error);
  return isRefusal(error) ? { kind: 'refused', fault } : failed(act, plan, fault, means);
}

async function failed(act: SupervisorAct, plan: Plan, fault: Fault, means: Means): Promise<Outcome> {
  const text = `It could not ${describeAct(act)}: ${fault.reason} ${fault.remedy}`.trim();
  return {
    kind: 'failed',
    text,
    fault,
    isForgotten: await isForgotten(act, means),
    banMilliseconds: await banOf(plan, means),
  };
}

async function banOf({ steps }: Plan, { client }: Means): Promise<number> {
  const forgetting = steps.find(step => step.kind === 'forget');
  return longestBan(forgetting?.nodes ?? [], client);
}

/** How far a replace came: a node that most have forgotten must not be let back in. */
async function isForgotten(act: SupervisorAct, { monitor }: Means): Promise<boolean> {
  if (act.kind !== 'replace') return false;
  // When that look fails, the one before has to do.
  const topology = await monitor.lookNow().catch(() => monitor.topology);
  if (!topology || topology.answered === 0) return false;
  const seenBy = topology.nodes.find(({ id }) => id === act.subject.id)?.seenBy ?? [];
  return seenBy.length * 2 < topology.answered;
}
