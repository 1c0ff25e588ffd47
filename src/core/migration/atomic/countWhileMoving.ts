import type { SlotSet } from '../../topology/slotSet';
import { readSlotStatistics } from '../countKeys';
import type { Member, MigrationNodes } from '../types';

/**
 * How many keys slots hold at their source, asked while they are on their way and cheap enough not to slow it: for the tally
 * only, so 0 where the server has no CLUSTER SLOT-STATS or does not answer. Never rejects.
 */
export async function countWhileMoving({ address }: Member, slots: SlotSet, nodes: MigrationNodes): Promise<number> {
  try {
    if (!(await nodes.capabilities(address)).slotStats) return 0;
    const statistics = await readSlotStatistics(address, slots, nodes);
    return [...(statistics?.values() ?? [])].reduce((sum, figures) => sum + (figures.get('key-count') ?? 0), 0);
  } catch {
    return 0;
  }
}
