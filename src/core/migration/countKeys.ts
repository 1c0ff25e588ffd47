import type { CommandOptions, CommandWords, Reply } from '../connection/types';
import { figureOf } from '../topology/figureOf';
import { SLOT_COUNT, SlotSet } from '../topology/slotSet';
import { slotStatsWords } from './atomic/replies';
import type { MigrationNodes } from './types';

/** What a server tells of one slot; names as it sends them (`key-count`, `cpu-usec`, `memory-bytes`). */
export type SlotStatistics = ReadonlyMap<string, number>;

/**
 * CLUSTER SLOT-STATS (Redis 8.2, Valkey 8 and newer) of slots the node owns. Undefined when the user may not ask, or a slot
 * has left the node.
 */
export async function readSlotStatistics(
  address: string,
  slots: SlotSet,
  nodes: MigrationNodes,
  options: CommandOptions = {},
): Promise<Map<number, SlotStatistics> | undefined> {
  const statistics = new Map<number, SlotStatistics>();
  for (const some of inChunks(slots)) {
    const replies = await nodes.node(address).pipeline(slotStatsWords(some), options);
    for (const reply of replies) {
      if (reply instanceof Error || !Array.isArray(reply)) return undefined;
      for (const entry of reply) addEntry(entry, statistics);
    }
  }
  return statistics;
}

/** Keys per slot by COUNTKEYSINSLOT, which every server has. Rejects with what the server refuses it with. */
export async function countKeysBySlot(
  address: string,
  slots: SlotSet,
  nodes: MigrationNodes,
  options: CommandOptions = {},
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const some of inChunks(slots)) {
    const asked = [...some];
    const words = asked.map((slot): CommandWords => ['CLUSTER', 'COUNTKEYSINSLOT', slot]);
    const replies = await nodes.node(address).pipeline(words, options);
    for (const [index, reply] of replies.entries()) {
      if (reply instanceof Error) throw reply;
      counts.set(asked[index]!, Number(reply));
    }
  }
  return counts;
}

/** A server answers for so many in less than a millisecond; other clients get their turn before the next ones. */
const slotsAtOnce = 512;

function* inChunks(slots: SlotSet): Generator<SlotSet> {
  const all = [...slots];
  for (let start = 0; start < all.length; start += slotsAtOnce) yield SlotSet.of(all.slice(start, start + slotsAtOnce));
}

function addEntry(entry: Reply, statistics: Map<number, SlotStatistics>): void {
  if (!Array.isArray(entry)) return;
  const [slot, values] = entry;
  if (typeof slot !== 'number' || !Number.isInteger(slot) || slot < 0 || slot >= SLOT_COUNT || !Array.isArray(values))
    return;
  const figures = new Map<string, number>();
  for (let at = 0; at + 1 < values.length; at += 2) {
    const figure = figureOf(values[at + 1]);
    if (figure !== undefined) figures.set(String(values[at]), figure);
  }
  statistics.set(slot, figures);
}
