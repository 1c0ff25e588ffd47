import type { Reply } from '../../connection/types';
import type { FailoverObstacle } from '../../plan/failover/findObstacles';
import type { NodeRef } from '../../plan/types';
import type { NodeView } from '../../topology/types';
import { isNotAvailable } from './replies';
import type { ManagedNodes } from './types';

/**
 * Slot migrations of this master that run in its server, and which a failover would break off: Redis 8.4 and newer count them in CLUSTER INFO, Valkey 9 and
 * newer list them (CLUSTER GETSLOTMIGRATIONS).
 */
export async function runningMigrations(
  master: NodeRef,
  view: NodeView | undefined,
  nodes: ManagedNodes,
): Promise<FailoverObstacle[]> {
  const active = Number(view?.clusterInfo.fields['cluster_slot_migration_active_tasks'] ?? 0);
  const running = active > 0 ? active : await runningJobs(master, nodes);
  if (running === 0) return [];
  return [
    {
      code: 'migrationRunning',
      text: `${master.address} is moving slots (${running} running)`,
      remedy: 'Wait until the slots have moved, or cancel the migration first.',
      passes: true,
    },
  ];
}

async function runningJobs({ address }: NodeRef, nodes: ManagedNodes): Promise<number> {
  if (!(await nodes.capabilities(address)).clusterMigrateSlots) return 0;
  try {
    const jobs = await nodes.node(address).command(['CLUSTER', 'GETSLOTMIGRATIONS']);
    return Array.isArray(jobs) ? jobs.filter(job => !isOver(job)).length : 0;
  } catch (error) {
    if (isNotAvailable(error)) return 0;
    throw error;
  }
}

// A map as RESP2 sends it: names and values in turn.
function isOver(job: Reply): boolean {
  if (!Array.isArray(job)) return true;
  const state = job[job.indexOf('state') + 1];
  return ['success', 'failed', 'cancelled'].includes(String(state));
}
