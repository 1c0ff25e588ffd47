import { slotsText } from '../../topology/wording';
import { rangeWords, refusalOf } from '../atomic/replies';
import { watch } from '../atomic/watch';
import { MigrationError } from '../migrationError';
import type { Transfer, TransferContext } from '../types';
import { isOver, jobsAt, parseSlotJobs, type SlotJob } from './exportJob';

const patienceMilliseconds = 60_000;

/**
 * Sends CLUSTER MIGRATESLOTS to the source and finds the job it made. A job of an earlier attempt for some of these slots is
 * taken up instead; another one's for the same slots is waited for. Throws a MigrationError `engineRefused`.
 */
export async function beginJob(transfer: Transfer, context: TransferContext): Promise<SlotJob> {
  try {
    return await begin(transfer, context);
  } catch (error) {
    const refusal = refusalOf(error);
    throw refusal === undefined ? error : refused(transfer, { text: `"${refusal}"` }, error);
  }
}

async function begin(transfer: Transfer, context: TransferContext): Promise<SlotJob> {
  const { source, target, slots } = transfer;
  let why = '';
  const job = await watch(
    async () => {
      const running = (await jobsAt(source.address, context.nodes)).filter(each => !isOver(each));
      const own = running.find(each => isExportTo(target.id, each) && each.slots.difference(slots).isEmpty);
      if (own) return own;
      if (running.every(each => each.slots.intersection(slots).isEmpty)) {
        const answer = await request(transfer, context);
        if (typeof answer !== 'string') return answer;
        why = answer;
      } else {
        why = `${source.address} moves some of these slots already`;
      }
      context.report(`Waiting to begin: ${why}.`);
      return undefined;
    },
    { timeoutMilliseconds: patienceMilliseconds, signal: context.signal },
  );
  if (job) return job;
  throw refused(transfer, { text: `${why}, still after ${patienceMilliseconds / 1000} s` });
}

/** Nothing was begun, or what was has been taken back. */
export function refused(
  { source, target, slots }: Transfer,
  { text, remedy }: { text: string; remedy?: string | undefined },
  cause?: unknown,
): MigrationError {
  const what = `${source.address} does not begin to hand ${slotsText(slots)} over to ${target.address}: ${text}.`;
  return new MigrationError('engineRefused', what, {
    node: source.address,
    slots,
    now: `They are still on ${source.address}; nothing was changed.`,
    remedy,
    cause,
  });
}

/** The job; or, as a text, why not yet. */
async function request(transfer: Transfer, { nodes, signal }: TransferContext): Promise<SlotJob | string> {
  const { source, target, slots } = transfer;
  signal.throwIfAborted();
  // One behind the other in one go, and without the signal: what was begun has to be known to be cancelled.
  const [begun, jobs] = await nodes.node(source.address).pipeline([
    ['CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', ...rangeWords(slots), 'NODE', target.id],
    ['CLUSTER', 'GETSLOTMIGRATIONS'],
  ]);
  if (begun instanceof Error) return waitOrThrow(begun, transfer);
  // The newest comes first.
  const job = parseSlotJobs(jobs, source.address).find(each => isExportTo(target.id, each) && each.slots.equals(slots));
  if (job) return job;
  throw refused(transfer, { text: 'it said OK and lists no such job (is cluster-slot-migration-log-max-len 0?)' });
}

function waitOrThrow(error: Error, transfer: Transfer): string {
  const refusal = refusalOf(error);
  if (refusal === undefined) throw error;
  if (/already migrating|import in progress|export in progress/i.test(refusal))
    return `${transfer.source.address} answers "${refusal}"`;
  throw refused(transfer, explain(refusal, transfer), error);
}

function explain(refusal: string, { source }: Transfer): { text: string; remedy?: string } {
  if (/manually (imported|migrated)/i.test(refusal))
    return {
      text: `a slot is open there, of a move that was begun and not finished ("${refusal}")`,
      remedy: 'Finish that move, or roll it back: "Fix" shows both.',
    };
  if (/only be used on primary/i.test(refusal)) return { text: `${source.address} is a replica now` };
  if (/module/i.test(refusal)) return { text: `a module stands against it ("${refusal}")` };
  return { text: `"${refusal}"` };
}

function isExportTo(targetId: string, job: SlotJob): boolean {
  return job.operation === 'export' && job.targetId === targetId;
}
