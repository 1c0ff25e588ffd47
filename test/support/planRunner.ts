// A process of its own that is to be killed: plans what it is told, runs that and says which step it is at, one line each.
import { connect, type ClusterClient } from '../../src/core/operation/clusterClient';
import { openJournal } from '../../src/core/operation/journal';
import { planFix, type FixRequest } from '../../src/core/plan/fix/planFix';
import { planAddNode } from '../../src/core/plan/planAddNode';
import { planBalanceSlots } from '../../src/core/plan/planBalanceSlots';
import { planCreate } from '../../src/core/plan/planCreate';
import { planFailover } from '../../src/core/plan/planFailover';
import type { ImportRequest } from '../../src/core/plan/import/importRequest';
import { planImport } from '../../src/core/plan/import/planImport';
import { planMoveReplica } from '../../src/core/plan/planMoveReplica';
import { planRemoveNode } from '../../src/core/plan/planRemoveNode';
import { planReplaceNode } from '../../src/core/plan/planReplaceNode';
import { planReshard, type ReshardRequest } from '../../src/core/plan/planReshard';
import type { BalanceSlotsRequest } from '../../src/core/plan/slots/balanceAim';
import type { Plan } from '../../src/core/plan/types';
import type { Topology } from '../../src/core/topology/types';
import { runAndHold } from './runAndHold';

const planners = {
  planAddNode,
  planCreate,
  planFailover,
  planMoveReplica,
  planRemoveNode,
  planReplaceNode,
  planReshard: async (topology: Topology, request: ReshardRequest, client: ClusterClient) =>
    planReshard(topology, { ...request, measurements: await client.measureSlots() }),
  planBalanceSlots: async (topology: Topology, request: BalanceSlotsRequest, client: ClusterClient) =>
    planBalanceSlots(topology, { ...request, measurements: await client.measureSlots() }),
  planImport: async (
    topology: Topology,
    { source, ...request }: Omit<ImportRequest, 'facts'> & { source: string },
    client: ClusterClient,
  ) => planImport(topology, { ...request, facts: await client.inspectImportSource({ address: source }) }),
  planFix: async (topology: Topology, request: Omit<FixRequest, 'inspection'>, client: ClusterClient) =>
    planFix(topology, { ...request, inspection: await client.inspectSlots() }),
};

/** What such a process is told; JSON in its only argument. */
export interface PlanJob {
  planner: keyof typeof planners;
  request: object;
  nodes: readonly string[];
  journalDirectory: string;
  /** When it kills itself; 0 ms: as the step begins, before that is written down; a message: in the middle, when that matches. */
  end?: { step: string; afterMilliseconds: number } | { step: string; message: string };
}

if (require.main === module) void runAndTell(JSON.parse(process.argv[2]!) as PlanJob);

async function runAndTell({ planner, request, nodes, journalDirectory, end }: PlanJob): Promise<void> {
  const client = connect({ nodes: [...nodes] });
  const journal = await openJournal(journalDirectory);
  const makePlan = planners[planner] as (
    topology: Topology,
    request: object,
    client: ClusterClient,
  ) => Plan | Promise<Plan>;
  const plan = await makePlan(await client.observe(), request, client);
  if (end && 'message' in end) {
    await runAndHold(client, plan, { kind: end.step, message: new RegExp(end.message) }, { journal });
    return endNow();
  }
  let last = '';
  const operation = client.run(plan, {
    journal,
    onProgress: ({ step }) => {
      if (!step || step.text === last) return;
      last = step.text;
      process.stdout.write(`step ${step.kind}\n`);
      if (step.kind !== end?.step) return;
      if (end.afterMilliseconds === 0) endNow();
      else setTimeout(endNow, end.afterMilliseconds);
    },
  });
  process.stdout.write(`${(await operation.finished).outcome}\n`);
  await client.close();
}

function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}
