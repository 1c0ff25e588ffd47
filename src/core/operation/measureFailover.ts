import { electionMemoryMilliseconds, remembersElections } from '../plan/failover/electionMemory';
import type { FailoverRequest } from '../plan/planFailover';
import type { Topology } from '../topology/types';
import { electionAge } from './steps/electionAge';
import { settleEach } from './steps/eachNode';
import type { ManagedNodes } from './steps/types';
import type { JournaledOperation } from './types';

/** Goes into the request of `planFailover` as it is. */
export type FailoverMeasurements = Pick<FailoverRequest, 'recentPromotions' | 'nodeTimeoutMilliseconds'>;

/**
 * Which replicas may have stood for election so lately that their server would mix it up with the next one, and how long
 * ago at the least; and the longest cluster-node-timeout. From what each server tells, what this client saw, and failovers
 * in the journal (attempts of other processes that failed show nowhere else). A replica that cannot be asked is left out.
 */
export async function measureFailover(
  { nodes: all }: Topology,
  nodes: ManagedNodes,
  history: readonly JournaledOperation[] = [],
): Promise<FailoverMeasurements> {
  const replicas = all.filter(({ role, reachable }) => role === 'replica' && reachable);
  const outcomes = await settleEach(replicas, replica => electionAge(replica, nodes));
  const ages = outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled' ? [{ replica: replicas[index]!, age: outcome.value }] : [],
  );
  const timeouts = ages.flatMap(({ age }) => age.nodeTimeoutMilliseconds ?? []);
  const nodeTimeout = timeouts.length > 0 ? Math.max(...timeouts) : undefined;
  const memory = electionMemoryMilliseconds(nodeTimeout);

  const recentPromotions: Record<string, number> = {};
  for (const { replica, age } of ages) {
    if (!replica.info || !remembersElections(replica.info) || age.quietMilliseconds === Infinity) continue;
    const ago = Math.min(age.quietMilliseconds, lastAttemptMilliseconds(replica.id, history));
    if (ago < memory) recentPromotions[replica.id] = Math.round(ago);
  }
  return { recentPromotions, ...(nodeTimeout === undefined ? {} : { nodeTimeoutMilliseconds: nodeTimeout }) };
}

function lastAttemptMilliseconds(nodeId: string, history: readonly JournaledOperation[]): number {
  const ends = history.flatMap(({ plan, stepIndex, endedAt }) => {
    const index =
      plan?.steps.findIndex(
        step => step.kind === 'failOver' && step.replica.id === nodeId && step.mode !== 'takeover',
      ) ?? -1;
    return index >= 0 && endedAt !== undefined && stepIndex >= index ? [Date.parse(endedAt)] : [];
  });
  return ends.length === 0 ? Infinity : Math.max(0, Date.now() - Math.max(...ends));
}
