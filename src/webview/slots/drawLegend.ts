import type { SlotFigureName } from '../../shared/pageProtocol';
import { create, setText } from '../dom';
import { formatNumber } from '../formatNumbers';
import type { LegendEntry, Look, Painting } from './looks';
import { paintLook } from './paintCells';
import type { SlotModel } from './slotModel';
import { slotStrings } from './slotStrings';
import type { ThemeColours } from './themeColours';

export interface LegendView {
  element: HTMLElement;
  update(painting: Painting, by: SlotFigureName | undefined, model: SlotModel, colours: ThemeColours): void;
}

interface Item {
  element: HTMLElement;
  update(entry: LegendEntry, word: string, colours: ThemeColours): void;
}

const SWATCH = 14;

/** The colours and patterns in sight with their words and how many slots bear them. */
export function createLegend(next: (codes: readonly number[]) => void): LegendView {
  const element = create('ul', 'slot-legend');
  element.setAttribute('aria-label', slotStrings.legend);
  const items = new Map<string, Item>();
  return {
    element,
    update({ legend }, by, { owners }, colours) {
      const ownerName = (index: number): string => owners[index]?.node.name ?? '';
      const shown = new Set<string>();
      for (const entry of legend) {
        const key = JSON.stringify(entry.meaning);
        shown.add(key);
        const item = items.get(key) ?? createItem(next);
        items.set(key, item);
        item.update(entry, slotStrings.meaning(entry.meaning, by, ownerName), colours);
      }
      for (const [key, item] of items) {
        if (shown.has(key)) continue;
        items.delete(key);
        item.element.remove();
      }
      const ordered = legend.map(({ meaning }) => items.get(JSON.stringify(meaning))!.element);
      ordered.forEach((item, at) => {
        if (element.children[at] !== item) element.insertBefore(item, element.children[at] ?? null);
      });
    },
  };
}

function createItem(next: (codes: readonly number[]) => void): Item {
  const swatch = create('canvas', 'slot-swatch');
  const word = create('span');
  const count = create('span', 'slot-legend-count');
  const button = create('button', 'slot-legend-item', [swatch, word, ' ', count]);
  button.type = 'button';
  button.title = slotStrings.next;
  let codes: readonly number[] = [];
  let drawn = '';
  button.addEventListener('click', () => next(codes));
  return {
    element: create('li', '', [button]),
    update(entry, name, colours) {
      codes = entry.codes;
      setText(word, name);
      setText(count, formatNumber(entry.count));
      const look = JSON.stringify([entry.look, colours, devicePixelRatio]);
      if (look !== drawn) paintSwatch(swatch, entry.look, colours);
      drawn = look;
    },
  };
}

function paintSwatch(canvas: HTMLCanvasElement, look: Look, colours: ThemeColours): void {
  const unit = devicePixelRatio;
  const side = Math.round(SWATCH * unit);
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context) paintLook({ context, colours, unit }, look, [0, 0, side, side]);
}
