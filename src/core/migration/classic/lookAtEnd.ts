import type { CommandWords } from '../../connection/types';
import { isOwn } from '../../topology/ownLine';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import type { NodeLine, OpenSlot } from '../../topology/types';
import { accepted, type Channel, type End } from './end';

/** What one end says of slots. */
export interface EndLook {
  lines: readonly NodeLine[];
  own: NodeLine;
  open: ReadonlyMap<number, OpenSlot>;
  /** Those that hold keys, and 0. */
  databases: readonly number[];
  keys: KeysBySlot;
}

/** Slot -> database -> keys; slots and databases without keys are absent. */
export type KeysBySlot = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Asks a node for its view of the cluster, and, if `count`, for the keys it holds of these slots. Rejects like a pipeline. */
export async function lookAtEnd(
  end: End,
  slots: readonly number[],
  { lane }: Channel,
  { count }: { count: boolean },
): Promise<EndLook> {
  const counting = count ? slots.map(countOf) : [];
  const replies = await end.texts([['CLUSTER', 'NODES'], keyspace, ...counting], { lane });
  const [nodes, info, ...counts] = accepted(replies);
  const lines = parseClusterNodes(String(nodes), end.address);
  const own = lines.find(isOwn)!;
  const databases = databasesIn(String(info));
  const keys = new Map<number, Map<number, number>>();
  note(keys, slots, 0, counts);
  if (count) await countInOthers(keys, end, slots, databases, lane);
  return { lines, own, open: new Map(own.openSlots.map(open => [open.slot, open])), databases, keys };
}

/** Keys a node holds of these slots, in all databases. Several only Valkey 9 and newer has in a cluster. */
export async function countKeys(
  end: End,
  slots: readonly number[],
  { lane }: Channel,
): Promise<{ keys: KeysBySlot; databases: readonly number[] }> {
  const [info, ...counts] = accepted(await end.texts([keyspace, ...slots.map(countOf)], { lane }));
  const databases = databasesIn(String(info));
  const keys = new Map<number, Map<number, number>>();
  note(keys, slots, 0, counts);
  await countInOthers(keys, end, slots, databases, lane);
  return { keys, databases };
}

/** Over all databases. */
export function keysOf(keys: KeysBySlot, slot: number): number {
  let sum = 0;
  for (const amount of keys.get(slot)?.values() ?? []) sum += amount;
  return sum;
}

const keyspace: CommandWords = ['INFO', 'keyspace'];

function countOf(slot: number): CommandWords {
  return ['CLUSTER', 'COUNTKEYSINSLOT', slot];
}

function databasesIn(info: string): number[] {
  return [0, ...[...info.matchAll(/^db([1-9]\d*):/gm)].map(([, number]) => Number(number))];
}

async function countInOthers(
  keys: Map<number, Map<number, number>>,
  end: End,
  slots: readonly number[],
  databases: readonly number[],
  lane: number,
): Promise<void> {
  for (const database of databases.slice(1))
    note(keys, slots, database, accepted(await end.texts(slots.map(countOf), { lane, database })));
}

function note(
  keys: Map<number, Map<number, number>>,
  slots: readonly number[],
  database: number,
  counts: readonly unknown[],
): void {
  counts.forEach((amount, index) => {
    if (!(Number(amount) > 0)) return;
    const slot = slots[index]!;
    const byDatabase = keys.get(slot) ?? new Map<number, number>();
    keys.set(slot, byDatabase.set(database, Number(amount)));
  });
}
