import { isSameData } from '../../../shared/sameData';
import type { Picture } from '../picture';

/** The lists of a picture, and what tells one entry of them from another. */
const keys: { [Name in ListName]: (item: Picture[Name][number]) => string } = {
  nodes: ({ id }) => id,
  shards: ({ id }) => id,
  problems: ({ text }) => text,
  openSlots: ({ nodeId, direction, peerId }) => [nodeId, direction, peerId].join(),
  disputedSlots: ({ text }) => text,
};

type ListName = 'nodes' | 'shards' | 'problems' | 'openSlots' | 'disputedSlots';
const listNames = Object.keys(keys) as ListName[];

/**
 * The same picture, made of the entries and lists of the one before wherever they are equal; that one itself where all of it
 * is. New entries are copies of their own: a slice of a text that a server sent would keep the whole text in memory.
 */
export function sharePicture(before: Picture | undefined, now: Picture): Picture {
  const { status, statusText } = now;
  const shared: Picture = {
    status,
    statusText: before?.statusText === statusText ? before.statusText : copyOf(statusText),
    nodes: shareList(before?.nodes, now.nodes, keys.nodes),
    shards: shareList(before?.shards, now.shards, keys.shards),
    problems: shareList(before?.problems, now.problems, keys.problems),
    openSlots: shareList(before?.openSlots, now.openSlots, keys.openSlots),
    disputedSlots: shareList(before?.disputedSlots, now.disputedSlots, keys.disputedSlots),
  };
  const isSame =
    before?.status === status &&
    before.statusText === statusText &&
    listNames.every(name => before[name] === shared[name]);
  return isSame ? before : shared;
}

/** What one picture holds in memory that another does not share with it; estimated. */
export function bytesOnlyIn(picture: Picture, other: Picture | undefined): number {
  if (picture === other) return 0;
  return listNames.reduce((sum, name) => sum + listBytes(picture[name], other?.[name] ?? []), FRAME_BYTES);
}

function shareList<Item extends object>(
  before: Item[] | undefined,
  now: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  if (!before) return now.map(copyOf);
  const known = new Map(before.map(item => [keyOf(item), item]));
  const items = now.map(item => {
    const earlier = known.get(keyOf(item));
    return earlier && isSameData(earlier, item) ? earlier : copyOf(item);
  });
  return items.length === before.length && items.every((item, index) => item === before[index]) ? before : items;
}

function copyOf<Item>(item: Item): Item {
  return JSON.parse(JSON.stringify(item)) as Item;
}

function listBytes(list: readonly object[], other: readonly object[]): number {
  if (list === other) return 0;
  const shared = new Set(other);
  const own = [...new Set(list)].filter(item => !shared.has(item));
  return own.reduce((sum, item) => sum + ITEM_BYTES + JSON.stringify(item).length, list.length * REFERENCE_BYTES);
}

const FRAME_BYTES = 200;
const REFERENCE_BYTES = 8;
/** An object of a dozen fields and the heads of their texts, as measured (test/bench/past.ts). */
const ITEM_BYTES = 120;
