import type { Snapshot, SnapshotChanges, ListChanges } from './pageProtocol';
import { isSameData } from './sameData';

/**
 * What `after` has otherwise than `before`, both of one cluster; applied to `before` it gives `after`. Plain data. Undefined
 * where that cannot be told: an id stands twice in a list.
 */
export function snapshotChanges(before: Snapshot, after: Snapshot): SnapshotChanges | undefined {
  if (listNames.some(name => hasDoubles(before[name]) || hasDoubles(after[name]))) return undefined;
  const fields: Record<string, unknown> = {};
  const lists: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(after)) {
    const earlier = before[name as keyof Snapshot];
    if (!isListName(name)) {
      if (!isSameData(earlier, value)) fields[name] = value;
      continue;
    }
    const changes = listChanges<Item>(before[name], after[name]);
    if (changes) lists[name] = changes;
  }
  const gone = Object.keys(before).filter(name => after[name as keyof Snapshot] === undefined);
  return { since: before.version, fields, lists, gone } as SnapshotChanges;
}

/**
 * The snapshot that these changes lead to: what did not change in it is that of the one before itself. Undefined where they
 * were made from another one.
 */
export function applyChanges(before: Snapshot, { since, fields, lists, gone }: SnapshotChanges): Snapshot | undefined {
  if (since !== before.version) return undefined;
  const after: Record<string, unknown> = { ...before, ...fields };
  for (const name of listNames) {
    const changes = lists[name] as ListChanges<Item> | undefined;
    const items = changes ? applyToList(before[name], changes) : before[name];
    if (!items) return undefined;
    after[name] = items;
  }
  for (const name of gone) delete after[name];
  return after as unknown as Snapshot;
}

/** The lists that are told entry by entry; all else is told whole when it changed. */
export const listNames = ['nodes', 'shards', 'events'] as const;
type Item = { id: string };

function isListName(name: string): name is (typeof listNames)[number] {
  return (listNames as readonly string[]).includes(name);
}

function hasDoubles(items: readonly Item[]): boolean {
  return new Set(items.map(({ id }) => id)).size < items.length;
}

function listChanges<Entry extends Item>(
  before: readonly Entry[],
  after: readonly Entry[],
): ListChanges<Entry> | undefined {
  const known = new Map(before.map(item => [item.id, item]));
  const items = after.filter(item => !isSameData(known.get(item.id), item));
  const isInPlace = before.length === after.length && after.every(({ id }, index) => id === before[index]!.id);
  if (items.length === 0 && isInPlace) return undefined;
  return { items, ...(!isInPlace && { order: after.map(({ id }) => id) }) };
}

/** Undefined where an entry is missing, or one is there that has no place. */
function applyToList(before: readonly Item[], { items, order }: ListChanges<Item>): Item[] | undefined {
  const known = new Map(before.map(item => [item.id, item]));
  for (const item of items) {
    if (!order && !known.has(item.id)) return undefined;
    known.set(item.id, item);
  }
  const after = (order ?? before.map(({ id }) => id)).map(id => known.get(id));
  return after.every(item => item !== undefined) ? after : undefined;
}
