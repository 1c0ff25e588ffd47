import { SLOT_COUNT, type SlotRange } from '../../shared/slotRanges';
import type { MapKey } from './mapKeys';
import { lastOf, reveal, wholeMap, windowAround, zoom, type MapWindow } from './mapWindow';
import { addRange, rangeBetween, stretchAround, toggleSlot, type SlotSelection } from './slotSelection';
import type { SlotModel } from './slotModel';

/** Where the reader is: what is selected, where the cursor stands, what the map shows. */
export interface SlotPlace {
  selection: SlotSelection;
  cursor: number;
  /** Where the range begins that a drag or a key with Shift extends. */
  anchor: number;
  /** What was selected before the drag that goes on. */
  beforeDrag: SlotSelection;
  window: MapWindow;
}

export function placeAt(cursor: number, selection: SlotSelection): SlotPlace {
  return { selection, cursor, anchor: cursor, beforeDrag: [], window: wholeMap };
}

/** The map follows the cursor. */
export function goTo(place: SlotPlace, slot: number): SlotPlace {
  return { ...place, cursor: slot, anchor: slot, window: reveal(place.window, slot) };
}

/** A pointer comes down. `add` takes a slot in or out, and the drag after it adds; `extend` goes on from the anchor. */
export function press(place: SlotPlace, slot: number, how: 'replace' | 'add' | 'extend'): SlotPlace {
  const beforeDrag = how === 'add' ? place.selection : [];
  const anchor = how === 'extend' ? place.anchor : slot;
  const selection = how === 'add' ? toggleSlot(beforeDrag, slot) : [rangeBetween(anchor, slot)];
  return { ...place, beforeDrag, anchor, selection, cursor: slot };
}

export function dragTo(place: SlotPlace, slot: number): SlotPlace {
  return { ...place, cursor: slot, selection: addRange(place.beforeDrag, rangeBetween(place.anchor, slot)) };
}

/** All slots around one that have the same owner and state. */
export function selectStretch(place: SlotPlace, slot: number, { owner, state }: SlotModel): SlotPlace {
  return { ...place, selection: [stretchAround(slot, owner, state)] };
}

/** What is brushed in the strip fills the map; the cursor comes along. */
export function brush(place: SlotPlace, range: SlotRange): SlotPlace {
  const window = windowAround(range);
  const cursor = Math.min(lastOf(window), Math.max(window.first, place.cursor));
  return { ...place, window, cursor, anchor: cursor };
}

/** Undefined when there is nothing the key could do. */
export function pressKey(place: SlotPlace, key: MapKey, model: SlotModel): SlotPlace | undefined {
  const { selection, cursor, anchor, window } = place;
  switch (key.does) {
    case 'move': {
      const moved = goTo(place, key.to);
      return key.extends ? { ...moved, anchor, selection: [rangeBetween(anchor, key.to)] } : moved;
    }
    case 'toggle':
      return { ...place, selection: toggleSlot(selection, cursor) };
    case 'stretch':
      return selectStretch(place, cursor, model);
    case 'all':
      return { ...place, selection: [{ start: 0, end: SLOT_COUNT - 1 }] };
    case 'clear':
      return selection.length === 0 ? undefined : { ...place, selection: [] };
    case 'whole':
      return { ...place, window: wholeMap };
    case 'nearer':
    case 'farther':
      return { ...place, window: reveal(zoom(window, cursor, key.does === 'nearer'), cursor) };
  }
}

/** The start of the next stretch of slots with one of these codes, from the first again after the last. */
export function nextWith(cells: ArrayLike<number>, codes: readonly number[], cursor: number): number | undefined {
  const isIn = (slot: number): boolean => codes.includes(cells[slot]!);
  for (let step = 1; step <= SLOT_COUNT; step++) {
    const slot = (cursor + step) % SLOT_COUNT;
    if (isIn(slot) && (slot === 0 || !isIn(slot - 1))) return slot;
  }
  return undefined;
}
