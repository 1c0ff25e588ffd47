import type { SlotSet } from '../../topology/slotSet';
import { count, slotsText } from '../../topology/wording';
import { rangeWords, refusalOf } from '../atomic/replies';
import { watch } from '../atomic/watch';
import { MigrationError } from '../migrationError';
import type { Transfer, TransferContext } from '../types';
import { activeTasks, type ImportTask } from './importTask';
import { importTrouble } from './importTrouble';

/** A task that runs; its slots may be fewer than those asked for, where an earlier attempt began it. */
export interface BegunImport {
  id: string;
  slots: SlotSet;
}

/** Another task takes as long as it takes; longer than this nobody wants to wait unasked. */
const patienceMilliseconds = 60_000;

/**
 * Sends CLUSTER MIGRATION IMPORT to the target, as soon as both ends are free: a node takes part in one task at a time. A
 * task of an earlier attempt for some of these slots is taken up instead. Throws a MigrationError `engineRefused`.
 */
export async function beginImport(transfer: Transfer, context: TransferContext): Promise<BegunImport> {
  try {
    return await begin(transfer, context);
  } catch (error) {
    const refusal = refusalOf(error);
    throw refusal === undefined ? error : refused(transfer, { text: `"${refusal}"` }, error);
  }
}

async function begin(transfer: Transfer, context: TransferContext): Promise<BegunImport> {
  let why = '';
  const begun = await watch(
    async () => {
      const [earlier, busy] = await lookForTasks(transfer, context);
      if (earlier) return earlier;
      if (busy === undefined) {
        const answer = await request(transfer, context);
        if (typeof answer !== 'string') return answer;
        why = answer;
      } else {
        why = busy;
      }
      context.report(`Waiting to begin: ${why}.`);
      return undefined;
    },
    { timeoutMilliseconds: patienceMilliseconds, signal: context.signal },
  );
  if (begun) return begun;
  throw refused(transfer, { text: `${why}, still after ${patienceMilliseconds / 1000} s` });
}

/** Nothing was begun, or what was has been taken back. */
export function refused(
  { source, target, slots }: Transfer,
  { text, remedy }: { text: string; remedy?: string },
  cause?: unknown,
): MigrationError {
  const what = `${target.address} does not begin to import ${slotsText(slots)} from ${source.address}: ${text}.`;
  return new MigrationError('engineRefused', what, {
    node: target.address,
    slots,
    now: `They are still on ${source.address}; nothing was changed.`,
    remedy,
    cause,
  });
}

type Busy = string | undefined;

async function lookForTasks(
  { source, target, slots }: Transfer,
  { nodes }: TransferContext,
): Promise<[BegunImport | undefined, Busy]> {
  const [atTarget, atSource] = await Promise.all([target, source].map(end => activeTasks(end.address, nodes)));
  const own = atTarget!.find(task => task.sourceId === source.id && isPartOf(task, slots));
  if (own) return [own, undefined];
  const [[busy, end] = []] = [
    ...atTarget!.map(task => [task, target] as const),
    ...atSource!.map(task => [task, source] as const),
  ];
  if (!busy || !end) return [undefined, undefined];
  const verb = busy.operation === 'import' ? 'imports' : 'gives away';
  return [undefined, `${end.address} ${verb} ${count(busy.slots.count, 'slot')} already (task ${busy.id.slice(0, 8)})`];
}

function isPartOf({ operation, slots }: ImportTask, all: SlotSet): boolean {
  return operation === 'import' && slots.difference(all).isEmpty;
}

/** The task; or, as a text, why not yet. */
async function request(transfer: Transfer, { nodes, signal }: TransferContext): Promise<BegunImport | string> {
  const { target, slots } = transfer;
  signal.throwIfAborted();
  try {
    // Without the signal: what is sent counts, and its answer is needed to cancel it.
    const id = await nodes.node(target.address).command(['CLUSTER', 'MIGRATION', 'IMPORT', ...rangeWords(slots)]);
    return { id: String(id), slots };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    if (importTrouble(refusal) === 'busy') return `${target.address} answers "${refusal}"`;
    throw refused(transfer, { text: explain(refusal, transfer) }, error);
  }
}

function explain(refusal: string, { target }: Transfer): string {
  if (/replica/.test(refusal)) return `${target.address} is a replica now ("${refusal}")`;
  return `"${refusal}"`;
}
