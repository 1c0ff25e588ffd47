import { SLOT_COUNT } from '../../shared/slotRanges';

export type MapKey =
  | { does: 'move'; to: number; extends: boolean }
  | { does: 'toggle' | 'stretch' | 'all' | 'clear' | 'nearer' | 'farther' | 'whole' };

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What a key does in the map; undefined when it is none of the map's. `columns`: slots in a row. */
export function mapKey(
  { key, shiftKey, ctrlKey, metaKey, altKey }: Pressed,
  cursor: number,
  columns: number,
): MapKey | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'a' ? { does: 'all' } : undefined;
  const step = steps(columns)[key];
  if (step !== undefined)
    return { does: 'move', to: Math.min(SLOT_COUNT - 1, Math.max(0, cursor + step)), extends: shiftKey };
  const does = others[key];
  return does && { does };
}

const others: Partial<Record<string, Exclude<MapKey['does'], 'move'>>> = {
  ' ': 'toggle',
  Enter: 'stretch',
  Escape: 'clear',
  '+': 'nearer',
  '=': 'nearer',
  '-': 'farther',
  '0': 'whole',
};

function steps(columns: number): Partial<Record<string, number>> {
  return {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -8 * columns,
    PageDown: 8 * columns,
    Home: -SLOT_COUNT,
    End: SLOT_COUNT,
  };
}
