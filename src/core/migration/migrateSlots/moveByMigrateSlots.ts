import { SlotSet } from '../../topology/slotSet';
import { slotsText } from '../../topology/wording';
import { agreedEnds, lookAtEnds } from '../atomic/ends';
import { countWhileMoving } from '../atomic/countWhileMoving';
import { awaitEpoch } from '../awaitEpoch';
import { MigrationError } from '../migrationError';
import type { MoveSlots, Transfer, TransferContext } from '../types';
import { beginJob, refused } from './beginJob';
import { awaitTargetClean, cancelJob } from './cancelJob';
import { checkEnds, warnOfSmallBuffer } from './checkEnds';
import type { SlotJob } from './exportJob';
import { jobTrouble } from './jobTrouble';
import { watchJob } from './watchJob';

/** A job that failed is tried again in halves, and these once more: less to send, less that is written meanwhile. */
const mostHalvings = 2;

/**
 * CLUSTER MIGRATESLOTS on the source (Valkey 9 and newer): all slots of a job change hands at one moment, and none is ever
 * open. A pause is heeded between jobs, of which there is one unless it fails: each has its own snapshot and its own stop of
 * the writes.
 */
export const moveByMigrateSlots: MoveSlots = async (transfer, context) => {
  for (const { address } of [transfer.source, transfer.target])
    if (!(await context.nodes.capabilities(address)).clusterMigrateSlots)
      throw refused(transfer, { text: `${address} has no CLUSTER MIGRATESLOTS, which Valkey has from 9 on` });
  await warnOfSmallBuffer(transfer.source, context);
  await moveInHalves(transfer, context, mostHalvings);
};

async function moveInHalves(transfer: Transfer, context: TransferContext, halvings: number): Promise<void> {
  for (;;) {
    const ends = await agreedEnds(transfer, context.nodes, context.signal);
    if (ends.waiting.isEmpty) return;
    // What an earlier attempt left running may be a part of it: then the rest comes in the next round.
    const rest: Transfer = { ...transfer, slots: ends.waiting };
    const failure = await context.inFlight(async () => {
      await awaitEpoch(transfer, context);
      checkEnds(rest, ends);
      return move(await beginJob(rest, context), rest, context);
    });
    if (!failure) continue;
    if (halvings === 0 || rest.slots.count === 1) throw failure;
    context.report(`${failure.message} Trying it in two halves.`);
    for (const slots of halves(rest.slots)) await moveInHalves({ ...rest, slots }, context, halvings - 1);
  }
}

/** Gives why the job failed where smaller ones may succeed. */
async function move(job: SlotJob, transfer: Transfer, context: TransferContext): Promise<MigrationError | undefined> {
  const { nodes, signal, moved } = context;
  const part: Transfer = { ...transfer, slots: job.slots };
  const keys = countWhileMoving(part.source, job.slots, nodes);
  const end = await watchJob(job, part, context);
  if ('error' in end) {
    if ((await cancelJob(job, part, context)) !== 'success') throw end.error as Error;
  } else if (end.job?.state !== 'success') {
    const failure = await explainEnd(end.job ?? { ...job, state: 'failed', message: '' }, part, context);
    if (failure) return failure;
  }
  await agreedEnds(part, nodes);
  moved(job.slots, await keys);
  signal.throwIfAborted();
  return undefined;
}

/** Undefined when the slots have moved all the same. Throws what cannot be helped by another try. */
async function explainEnd(
  job: SlotJob,
  transfer: Transfer,
  { nodes, note }: TransferContext,
): Promise<MigrationError | undefined> {
  const { source, target, slots } = transfer;
  const atTarget = await awaitTargetClean(job.name, target.address, nodes);
  const trouble = jobTrouble(job, atTarget, transfer);
  // Throws where a failover of either end is the reason.
  const { arrived } = await lookAtEnds(transfer, nodes);
  const hasMoved = arrived.count === slots.count;
  if (trouble.kind === 'doubtful')
    note(
      `Verify the data of ${slotsText(slots)}, which ${hasMoved ? 'have' : 'may have'} moved to ${target.address}: ${trouble.text}, so that ` +
        `writes that ${source.address} acknowledged at that moment may be lost.`,
    );
  if (hasMoved) return undefined;
  if (trouble.kind === 'refused') throw refused(transfer, trouble);
  const why = job.state === 'cancelled' ? 'it was cancelled by somebody else' : trouble.text;
  const what = `The move of ${slotsText(slots)} from ${source.address} to ${target.address} failed: ${why}.`;
  const facts = { node: source.address, slots, now: `They are still on ${source.address}.`, remedy: trouble.remedy };
  if (trouble.kind === 'full') throw new MigrationError('targetFull', what, { ...facts, node: target.address });
  const failure = new MigrationError('engineFailed', what, facts);
  if (job.state === 'cancelled') throw failure;
  return failure;
}

function halves(slots: SlotSet): SlotSet[] {
  const all = [...slots];
  const middle = Math.ceil(all.length / 2);
  return [SlotSet.of(all.slice(0, middle)), SlotSet.of(all.slice(middle))];
}
