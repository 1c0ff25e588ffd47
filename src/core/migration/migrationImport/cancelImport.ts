import { ConnectionError } from '../../connection/connectionError';
import { refusalOf } from '../atomic/replies';
import { watch } from '../atomic/watch';
import type { Transfer, TransferContext } from '../types';
import type { BegunImport } from './beginImport';
import { findTask, isFinal, type ImportTask } from './importTask';

const timeoutMilliseconds = 15_000;
const trimTimeoutMilliseconds = 30_000;

/**
 * Cancels on the target, for the source alone cannot keep it from trying again, and waits until that is done and what had
 * come is deleted. `completed`: it was too late. `unknown`: the target did not answer.
 */
export async function cancelImport(
  { id, slots }: BegunImport,
  { target }: Transfer,
  { nodes, report, note }: TransferContext,
): Promise<'canceled' | 'completed' | 'unknown'> {
  report(`Cancelling the import on ${target.address}.`);
  const node = nodes.node(target.address);
  const ended = await watch(
    async (): Promise<Pick<ImportTask, 'state'> | undefined> => {
      try {
        await node.command(['CLUSTER', 'MIGRATION', 'CANCEL', 'ID', id]);
        const task = await findTask(id, target.address, nodes);
        return !task ? { state: 'canceled' } : isFinal(task) ? task : undefined;
      } catch (error) {
        if (error instanceof ConnectionError && error.code !== 'closed') return undefined;
        throw error;
      }
    },
    { timeoutMilliseconds },
  );
  if (!ended) {
    note(
      `${target.address} did not answer the cancel: it may still import slots, or it has ended the import with its own end.`,
    );
    return 'unknown';
  }
  if (ended.state === 'completed') return 'completed';
  await awaitTrimmed(slots.first ?? 0, target.address, { nodes, report, note });
  return 'canceled';
}

/**
 * What came is deleted in the background, and meanwhile the node refuses every SETSLOT of these slots. STABLE is asked for
 * because it changes nothing: no slot is open where an import could begin.
 */
async function awaitTrimmed(
  slot: number,
  address: string,
  { nodes, note }: Pick<TransferContext, 'nodes' | 'report' | 'note'>,
): Promise<void> {
  const trimmed = await watch(
    async () => {
      try {
        await nodes.node(address).command(['CLUSTER', 'SETSLOT', slot, 'STABLE']);
        return true;
      } catch (error) {
        return /trim job|active atomic slot migration/i.test(refusalOf(error) ?? '') ? undefined : true;
      }
    },
    { timeoutMilliseconds: trimTimeoutMilliseconds },
  );
  if (!trimmed) note(`${address} still deletes what it had imported; until then it refuses to take these slots.`);
}
