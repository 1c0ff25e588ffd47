import type { CommandWords, NodeConnection, Reply } from '../../connection/types';
import type { SlotSet } from '../../topology/slotSet';

/** Commands in one go: about a millisecond of the server's time, then it is everybody else's turn. */
const CHUNK = 1000;

export interface CountOptions {
  /** The databases to count in: 0 alone but for Valkey 9 and newer. A connection of one's own, unless it is 0 alone. */
  databases: readonly number[];
  signal?: AbortSignal | undefined;
  /** After every chunk: how many slots were counted in it. */
  onCounted?: (slots: number) => void;
}

/**
 * Slot -> keys a node holds of it (COUNTKEYSINSLOT), over all databases given, for every one of these slots. A server that has
 * CLUSTER MIGRATION answers 0 for slots it neither owns nor imports, whatever it holds of them (Redis 8.6.3). Throws
 * a ServerReplyError when the node refuses, a ConnectionError when it is lost, or the signal's reason.
 */
export async function countKeys(
  connection: NodeConnection,
  slots: SlotSet,
  { databases, signal, onCounted }: CountOptions,
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  const options = signal ? { signal } : {};
  for (const database of databases) {
    if (databases.length > 1 || database !== 0) await connection.command(['SELECT', database], options);
    const all = [...slots];
    for (let start = 0; start < all.length; start += CHUNK) {
      const chunk = all.slice(start, start + CHUNK);
      const replies = await connection.pipeline(chunk.map(questionOf), options);
      replies.forEach((reply, index) => {
        const keys = numberOf(reply);
        const slot = chunk[index]!;
        counts.set(slot, (counts.get(slot) ?? 0) + keys);
      });
      onCounted?.(chunk.length);
    }
  }
  return counts;
}

/** How a node is asked for the keys it holds of a slot, in the database it looks at. */
export function questionOf(slot: number): CommandWords {
  return ['CLUSTER', 'COUNTKEYSINSLOT', slot];
}

function numberOf(reply: Reply | Error): number {
  if (reply instanceof Error) throw reply;
  return Number(reply);
}
