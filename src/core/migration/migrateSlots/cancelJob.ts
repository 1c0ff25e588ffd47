import { ConnectionError } from '../../connection/connectionError';
import { refusalOf } from '../atomic/replies';
import { Progress } from '../atomic/progress';
import { watch } from '../atomic/watch';
import type { Transfer, TransferContext } from '../types';
import { isOver, jobsAt, type SlotJob } from './exportJob';

/** How long to wait for another one's job before ours is left to its end. */
const timeoutMilliseconds = 120_000;

/**
 * Cancels on the source and waits until the job is over at both ends. The command ends every export of that node, so while
 * another one's runs there it is not sent, and ours may go through meanwhile. Gives how it ended.
 */
export async function cancelJob(
  { name }: SlotJob,
  { source, target }: Transfer,
  { nodes, report, note }: TransferContext,
): Promise<'cancelled' | 'success' | 'unknown'> {
  const progress = new Progress();
  const ended = await watch(
    async () => {
      try {
        const jobs = await jobsAt(source.address, nodes);
        const job = jobs.find(each => each.name === name);
        if (!job || isOver(job)) return job?.state === 'success' ? 'success' : 'cancelled';
        progress.saw(job.state);
        const others = jobs.filter(each => each.operation === 'export' && each.name !== name && !isOver(each));
        if (others.length === 0) await sendCancel(source.address, nodes);
        else
          report(
            `${source.address} runs another export, which a cancel would end too: waiting for one of the two to end.`,
          );
        return undefined;
      } catch (error) {
        if (error instanceof ConnectionError && error.code !== 'closed' && !progress.isSilent) return undefined;
        throw error;
      }
    },
    { timeoutMilliseconds },
  );
  if (ended === undefined) {
    note(`${source.address} still moves slots, beside another one's export, and cannot end the one without the other.`);
    return 'unknown';
  }
  if (ended === 'cancelled') await awaitTargetClean(name, target.address, nodes);
  return ended;
}

async function sendCancel(address: string, nodes: TransferContext['nodes']): Promise<void> {
  try {
    await nodes.node(address).command(['CLUSTER', 'CANCELSLOTMIGRATIONS']);
  } catch (error) {
    // "No migrations ongoing": it ended in between, and the next look tells how.
    if (refusalOf(error) === undefined) throw error;
  }
}

/** The target deletes what had come; until then it refuses to take these slots. */
export async function awaitTargetClean(
  name: string,
  address: string,
  nodes: TransferContext['nodes'],
): Promise<SlotJob | undefined> {
  let last: SlotJob | undefined;
  await watch(
    async () => {
      last = (await jobsAt(address, nodes).catch(() => [])).find(job => job.name === name);
      return !last || isOver(last) ? true : undefined;
    },
    { timeoutMilliseconds: 15_000 },
  );
  return last;
}
