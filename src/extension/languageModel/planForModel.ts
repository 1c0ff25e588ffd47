import {
  planAddNode,
  planBalanceRoles,
  planBalanceSlots,
  planFailover,
  planMoveReplica,
  planRemoveNode,
  planReplaceNode,
  planReshard,
  PlanError,
  type ClusterClient,
  type Journal,
  type Plan,
  type SlotMeasure,
  type SlotMeasurements,
  type Topology,
} from '../../core/index';
import type { PlanInput } from './toolInputs';

export interface ModelPlanning {
  topology: Topology;
  client: ClusterClient;
  journal: Journal;
  latencyMilliseconds: number;
  signal: AbortSignal;
}

/** The plan that is asked for; measures what it needs, changes nothing. Throws a PlanError where there is none. */
export async function planForModel(input: PlanInput, planning: ModelPlanning): Promise<Plan> {
  const { topology, client, journal, latencyMilliseconds } = planning;
  const { spare, mode, master, from, by, includeEmpty } = input;
  const need = (name: 'node' | 'as' | 'slots' | 'to' | 'master'): string => input[name] ?? refuseWithout(name, input);
  switch (input.action) {
    case 'failover':
      return planFailover(topology, {
        replica: need('node'),
        ...(mode && { mode }),
        ...(await client.measureFailover({ journal })),
      });
    case 'replaceNode':
      return planReplaceNode(topology, { node: need('node'), ...(spare !== undefined && { spare }) });
    case 'addNode':
      return planAddNode(topology, {
        node: need('node'),
        as: input.as ?? refuseWithout('as', input),
        ...(master !== undefined && { master }),
      });
    case 'removeNode':
      return planRemoveNode(topology, { node: need('node') });
    case 'moveReplica':
      return planMoveReplica(topology, { replica: need('node'), master: need('master') });
    case 'balanceRoles':
      return planBalanceRoles(topology, await client.measureFailover({ journal }));
    case 'balanceSlots':
      return planBalanceSlots(topology, {
        by,
        includeEmpty,
        latencyMilliseconds,
        measurements: await measure(planning, by),
      });
    case 'reshard':
      return planReshard(topology, {
        slots: slotsOf(need('slots')),
        from,
        to: need('to'),
        latencyMilliseconds,
        measurements: await measure(planning),
      });
  }
}

function measure({ client, signal }: ModelPlanning, by: SlotMeasure = 'slots'): Promise<SlotMeasurements> {
  return client.measureSlots({ by, signal });
}

/** `4096` is how many, `0-100,5461` which; a single slot is written as a range. */
function slotsOf(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function refuseWithout(name: string, { action }: PlanInput): never {
  throw new PlanError('inputMissing', `"${action}" needs "${name}".`, { remedy: `Ask again with "${name}".` });
}
