import { countKeysBySlot } from '../../migration/countKeys';
import type { SlotSet } from '../../topology/slotSet';
import type { ManagedNodes } from '../steps/types';

/** Keys per slot over all these databases (a cluster has several with Valkey 9 and newer only). Rejects with a ConnectionError. */
export async function countInDatabases(
  address: string,
  slots: SlotSet,
  databases: readonly number[],
  nodes: ManagedNodes,
  signal?: AbortSignal,
): Promise<Map<number, number>> {
  const options = signal ? { signal } : {};
  const total = await countKeysBySlot(address, slots, nodes, options);
  for (const database of databases.filter(number => number !== 0)) {
    const connection = nodes.open(address);
    try {
      await connection.command(['SELECT', database], options);
      const counts = await countKeysBySlot(address, slots, { ...nodes, node: () => connection }, options);
      for (const [slot, keys] of counts) total.set(slot, (total.get(slot) ?? 0) + keys);
    } finally {
      connection.close();
    }
  }
  return total;
}
