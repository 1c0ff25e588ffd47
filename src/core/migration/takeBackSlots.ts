import { count } from '../topology/wording';
import { bringHome } from './bringHome';
import type { Transfer, TransferContext } from './types';

/**
 * Rolls slots back that the source owns and that are open between source and target, or of which the target holds keys: what
 * has come to the target goes home, then the slots are closed at both. Of a key that both have with other contents the
 * source's copy stays, which is the one clients saw; a note tells how many. Resolves when none is open and the target holds
 * no key of them. Throws like `bringHome`.
 */
export async function takeBackSlots(transfer: Transfer, context: TransferContext): Promise<void> {
  if (transfer.slots.isEmpty) return;
  const { source, target } = transfer;
  const { dropped } = await bringHome(transfer, context, () => 'owner');
  if (dropped === 0) return;
  context.note(
    `${count(dropped, 'key')} that ${target.address} held with other contents than ${source.address} ${dropped === 1 ? 'was' : 'were'} removed there: ${source.address} has what clients saw.`,
  );
}
