import { cancelImport } from './migrationImport/cancelImport';
import { activeTasks } from './migrationImport/importTask';
import { cancelJob } from './migrateSlots/cancelJob';
import { isOver, jobsAt } from './migrateSlots/exportJob';
import type { Transfer, TransferContext } from './types';

/**
 * Ends what the servers of a transfer go on with by themselves: an atomic move needs nobody who waits for it, and an earlier
 * process may have begun one. Only what moves slots of this transfer between these two. False when one may still run; a note
 * says why. Rejects like the commands it sends.
 */
export async function cancelRunning(transfer: Transfer, context: TransferContext): Promise<boolean> {
  const { source, target, slots } = transfer;
  const { nodes } = context;
  let ended = true;
  if ((await nodes.capabilities(source.address)).clusterMigrateSlots)
    for (const job of await jobsAt(source.address, nodes)) {
      if (job.operation !== 'export' || isOver(job) || job.targetId !== target.id) continue;
      if (!job.slots.difference(slots).isEmpty) continue;
      context.report(`Cancelling what ${source.address} began before.`);
      if ((await cancelJob(job, transfer, context)) === 'unknown') ended = false;
    }
  if ((await nodes.capabilities(target.address)).clusterMigration)
    for (const task of await activeTasks(target.address, nodes)) {
      if (task.operation !== 'import' || task.sourceId !== source.id || !task.slots.difference(slots).isEmpty) continue;
      if ((await cancelImport(task, transfer, context)) === 'unknown') ended = false;
    }
  return ended;
}
