import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { planBalanceRoles } from '../../../src/core/plan/balance/planBalanceRoles';
import type { BalanceRolesRequest } from '../../../src/core/plan/balance/balanceCase';
import { planFix, type FixRequest } from '../../../src/core/plan/fix/planFix';
import { planAddNode, type AddNodeRequest } from '../../../src/core/plan/planAddNode';
import { planBalanceSlots } from '../../../src/core/plan/planBalanceSlots';
import { planCreate, type CreateRequest } from '../../../src/core/plan/planCreate';
import { planFailover, type FailoverRequest } from '../../../src/core/plan/planFailover';
import { planRemoveNode, type RemoveNodeRequest } from '../../../src/core/plan/planRemoveNode';
import { planReplaceNode, type ReplaceNodeRequest } from '../../../src/core/plan/planReplaceNode';
import { planReshard, type ReshardRequest } from '../../../src/core/plan/planReshard';
import type { BalanceSlotsRequest } from '../../../src/core/plan/slots/balanceAim';
import type { Plan } from '../../../src/core/plan/types';
import type { Topology } from '../../../src/core/topology/types';

type Planner = (topology: Topology, request: object, client: ClusterClient) => Plan | Promise<Plan>;

/** Every planner with what it needs beyond the topology measured first, as the commands of the extension do. */
export const planners = {
  create: (topology, request) => planCreate(topology, request as CreateRequest),
  failover: async (topology, request, client) =>
    planFailover(topology, { ...(request as FailoverRequest), ...(await client.measureFailover()) }),
  replace: (topology, request) => planReplaceNode(topology, request as ReplaceNodeRequest),
  add: (topology, request) => planAddNode(topology, request as AddNodeRequest),
  remove: (topology, request) => planRemoveNode(topology, request as RemoveNodeRequest),
  balanceRoles: async (topology, request, client) =>
    planBalanceRoles(topology, { ...(request as BalanceRolesRequest), ...(await client.measureFailover()) }),
  reshard: async (topology, request, client) =>
    planReshard(topology, { ...(request as ReshardRequest), measurements: await client.measureSlots() }),
  rebalance: async (topology, request, client) =>
    planBalanceSlots(topology, { ...(request as BalanceSlotsRequest), measurements: await client.measureSlots() }),
  fix: async (topology, request, client) =>
    planFix(topology, { ...(request as FixRequest), inspection: await client.inspectSlots({ strayKeys: true }) }),
} satisfies Record<string, Planner>;

export type PlannerName = keyof typeof planners;
