import type { Journal } from '../operation/types';
import { planBalanceRoles } from '../plan/balance/planBalanceRoles';
import { PlanError } from '../plan/planError';
import { planFailover } from '../plan/planFailover';
import { planRemoveNode } from '../plan/planRemoveNode';
import { planReplaceNode } from '../plan/planReplaceNode';
import type { Plan } from '../plan/types';
import type { Topology } from '../topology/types';
import type { Planners, SupervisedClient, SupervisorAct } from './types';

const forgetWaitMilliseconds = 1000;

export const defaultPlanners: Planners = {
  failBack: (topology, request) => planFailover(topology, request),
  // Healing is over when all have forgotten it. Who returns in the minute of the ban, or is listed again after it, is seen by
  // the supervisor itself, which must be free for the next failure by then.
  replace: (topology, request) => planReplaceNode(topology, { ...request, forgetWaitMilliseconds }),
  forget: (topology, request) => planRemoveNode(topology, { ...request, forgetWaitMilliseconds }),
  balanceRoles: (topology, measured) => planBalanceRoles(topology, measured),
};

/** Undefined when there is nothing to do. Rejects with a PlanError, or a ConnectionError of the measuring. */
export async function planAct(
  act: SupervisorAct,
  topology: Topology,
  planners: Planners,
  client: Pick<SupervisedClient, 'measureFailover'>,
  journal: Journal | undefined,
): Promise<Plan | undefined> {
  if (act.kind === 'replace') return planners.replace(topology, { node: act.subject.id, spare: act.spare.id });
  if (act.kind === 'forget') return planners.forget(topology, { node: act.subject.id });
  const measured = await client.measureFailover(journal ? { journal } : {});
  if (act.kind === 'failBack') return planners.failBack(topology, { replica: act.subject.id, ...measured });
  try {
    return planners.balanceRoles(topology, measured);
  } catch (error) {
    if (error instanceof PlanError && error.code === 'alreadyBalanced') return undefined;
    throw error;
  }
}
