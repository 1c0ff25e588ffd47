import { refusalOf } from '../atomic/replies';
import type { Transfer, TransferContext } from '../types';
import { findTask, isFinal, parseImportTasks, type ImportTask } from './importTask';

/**
 * Redis 8.4 and newer keeps a task at the source when the target has given it up or was started again, in the state `failed`,
 * and refuses SETSLOT of its slots until it is cancelled there (seen with 8.6.3). Does that for tasks of these slots that no
 * target goes on with; does nothing on other servers, or where the user may not. Rejects with a ConnectionError of the source.
 */
export async function endOrphans(
  { source, slots }: Pick<Transfer, 'source' | 'slots'>,
  { nodes, masters }: Pick<TransferContext, 'nodes' | 'masters'>,
): Promise<void> {
  if (!(await nodes.capabilities(source.address)).clusterMigration) return;
  const node = nodes.node(source.address);
  try {
    const tasks = parseImportTasks(await node.command(['CLUSTER', 'MIGRATION', 'STATUS', 'ALL']), source.address);
    const left = tasks.filter(task => isLeft(task) && !task.slots.intersection(slots).isEmpty);
    for (const task of left)
      if (!(await isWanted(task, { nodes, masters })))
        await node.command(['CLUSTER', 'MIGRATION', 'CANCEL', 'ID', task.id]);
  } catch (error) {
    // What it keeps us from shows with the first SETSLOT.
    if (refusalOf(error) === undefined) throw error;
  }
}

function isLeft({ operation, state }: ImportTask): boolean {
  return operation === 'migrate' && state === 'failed';
}

/** The target asks again each second. One that does not answer begins a new task if it is alive all the same. */
async function isWanted(
  { id, targetId }: ImportTask,
  { nodes, masters }: Pick<TransferContext, 'nodes' | 'masters'>,
): Promise<boolean> {
  const target = masters.find(master => master.id === targetId);
  if (!target) return false;
  const task = await findTask(id, target.address, nodes).catch(() => undefined);
  return task !== undefined && !isFinal(task);
}
