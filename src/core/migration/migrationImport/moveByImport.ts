import { agreedEnds, openSlotsTrouble } from '../atomic/ends';
import { countWhileMoving } from '../atomic/countWhileMoving';
import { awaitEpoch } from '../awaitEpoch';
import type { MoveSlots, Transfer, TransferContext } from '../types';
import { beginImport, refused, type BegunImport } from './beginImport';
import { cancelImport } from './cancelImport';
import { endOrphans } from './endOrphans';
import { watchImport } from './watchImport';

/**
 * CLUSTER MIGRATION IMPORT on the target (Redis 8.4 and newer): all slots change hands at one moment, and none is ever open.
 * One task takes them all: each has its own snapshot and its own stop of the writes, so that splitting would cost more and
 * gain no more than shorter waits for a pause, which is heeded before the task.
 */
export const moveByImport: MoveSlots = async (transfer, context) => {
  for (const { address } of [transfer.target, transfer.source])
    if (!(await context.nodes.capabilities(address)).clusterMigration)
      throw refused(transfer, { text: `${address} has no CLUSTER MIGRATION, which Redis has from 8.4 on` });
  for (;;) {
    const ends = await agreedEnds(transfer, context.nodes, context.signal);
    if (ends.waiting.isEmpty) return;
    const open = openSlotsTrouble(transfer, ends);
    if (open) throw refused(transfer, open);
    // What an earlier attempt left running may be a part of it: then the rest comes in the next round.
    const rest: Transfer = { ...transfer, slots: ends.waiting };
    await context.inFlight(async () => {
      await awaitEpoch(transfer, context);
      await move(await beginImport(rest, context), rest, context);
    });
  }
};

async function move(begun: BegunImport, transfer: Transfer, context: TransferContext): Promise<void> {
  const { nodes, signal, moved } = context;
  const keys = countWhileMoving(transfer.source, begun.slots, nodes);
  const end = await watchImport(begun, transfer, context);
  if (end.error !== undefined) {
    const outcome = end.isRunning ? await cancelImport(begun, transfer, context) : 'canceled';
    if (outcome !== 'completed') {
      // Nobody else would end it there, and it keeps others from moving these slots.
      await endOrphans({ source: transfer.source, slots: begun.slots }, context).catch(() => undefined);
      throw end.error as Error;
    }
  }
  await agreedEnds({ ...transfer, slots: begun.slots }, nodes);
  moved(begun.slots, await keys);
  signal.throwIfAborted();
}
