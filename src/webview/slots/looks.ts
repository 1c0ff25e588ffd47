import type { SlotMode } from '../../shared/pageProtocol';
import { UNKNOWN_LEVEL, type FigureLevels } from './figureLevels';
import { slotStates, type SlotModel, type SlotState } from './slotModel';

/** Colours of the theme. */
export type Tone = 'text' | 'dim' | 'page' | 'focus' | 'ok' | 'warning' | 'bad' | 'busy' | 'orange' | 'purple';
export const tones: readonly Tone[] = [
  ...(['text', 'dim', 'page', 'focus', 'ok'] as const),
  ...(['warning', 'bad', 'busy', 'orange', 'purple'] as const),
];

export type Pattern = 'up' | 'dashedUp' | 'dashedDown' | 'thinUp' | 'cross' | 'bars' | 'posts' | 'dots' | 'checks';

/** How slots of one kind are drawn: a colour mixed into the page's, and a pattern in ink, so that colour is never all there is. */
export interface Look {
  tone: Tone;
  /** How much of the tone, 0 to 1. */
  strength: number;
  pattern?: Pattern;
  ink?: Tone;
}

/** What a colour and pattern means. */
export type Meaning =
  | { kind: 'state'; state: SlotState }
  | { kind: 'moved' }
  | { kind: 'owner'; index: number }
  | { kind: 'owned' }
  | { kind: 'still' }
  /** `least` to `most`, both included. */
  | { kind: 'figure'; least: number; most: number }
  | { kind: 'unknown' };

export interface LegendEntry {
  meaning: Meaning;
  look: Look;
  count: number;
  /** Index into `looks`, of its slots in `cells`. */
  codes: readonly number[];
}

/** The picture of a mode: a look for every slot. */
export interface Painting {
  looks: readonly Look[];
  /** Per look: where several slots have to share a place, the highest is shown. */
  ranks: readonly number[];
  /** Index into `looks`, one per slot. */
  cells: Uint8Array;
  /** Only what there is, in a steady order. */
  legend: readonly LegendEntry[];
}

/** More hues than this cannot be told apart. */
export const MOST_HUES = 10;

/** What a mode shows of the slots. Without `figures` a mode that needs them shows every owned slot as unknown. */
export function paintMode(mode: SlotMode, model: SlotModel, figures: FigureLevels | undefined): Painting {
  switch (mode) {
    case 'state':
      return paint(model, slot => stateKinds[model.state[slot]!]!);
    case 'migration':
      return paint(model, slot => (model.moved[slot] === 1 ? movedKind : moveKinds[model.state[slot]!]!));
    case 'owner': {
      const kinds = ownerKinds(model);
      return paint(model, slot => kinds[model.owner[slot]!] ?? gapKind);
    }
    default: {
      const kinds = figures ? figureKinds(figures) : [];
      return paint(model, slot => {
        if (model.owner[slot]! < 0) return gapKind;
        return kinds[figures?.levels[slot] ?? UNKNOWN_LEVEL] ?? unknownKind;
      });
    }
  }
}

interface Kind {
  meaning: Meaning;
  look: Look;
  /** Its place in the legend, and its rank unless that is given. */
  order: number;
  rank?: number;
  /** Every second owner's slots are a little lighter, where nothing else tells them apart. */
  alternates?: true;
}

function paint({ owner }: SlotModel, kindOf: (slot: number) => Kind): Painting {
  const looks: Look[] = [];
  const ranks: number[] = [];
  const cells = new Uint8Array(owner.length);
  const entries = new Map<Kind, { even?: number; odd?: number; count: number }>();
  for (let slot = 0; slot < owner.length; slot++) {
    const kind = kindOf(slot);
    const entry = entries.get(kind) ?? { count: 0 };
    if (entry.count++ === 0) entries.set(kind, entry);
    const side = kind.alternates && owner[slot]! % 2 === 1 ? 'odd' : 'even';
    if (entry[side] === undefined) {
      entry[side] = looks.length;
      ranks.push(kind.rank ?? kind.order);
      looks.push(side === 'odd' ? { ...kind.look, strength: kind.look.strength * 0.6 } : kind.look);
    }
    cells[slot] = entry[side];
  }
  const legend = [...entries].sort(([one], [other]) => one.order - other.order);
  return {
    looks,
    ranks,
    cells,
    legend: legend.map(([{ meaning, look }, { even, odd, count }]) => ({
      meaning,
      look,
      count,
      codes: [even, odd].filter(code => code !== undefined),
    })),
  };
}

const stateLooks: Record<SlotState, Look> = {
  ok: { tone: 'ok', strength: 0.38 },
  planned: { tone: 'busy', strength: 0.14, pattern: 'thinUp', ink: 'busy' },
  moving: { tone: 'busy', strength: 0.3, pattern: 'up', ink: 'busy' },
  suspect: { tone: 'warning', strength: 0.25, pattern: 'bars', ink: 'warning' },
  away: { tone: 'dim', strength: 0.15, pattern: 'dots', ink: 'text' },
  halfIn: { tone: 'warning', strength: 0.2, pattern: 'dashedDown', ink: 'warning' },
  halfOut: { tone: 'warning', strength: 0.2, pattern: 'dashedUp', ink: 'warning' },
  failed: { tone: 'bad', strength: 0.45, pattern: 'posts', ink: 'bad' },
  disputed: { tone: 'orange', strength: 0.2, pattern: 'checks', ink: 'orange' },
  gap: { tone: 'page', strength: 1, pattern: 'cross', ink: 'bad' },
};

const stateKinds = slotStates.map((state, order): Kind => {
  const kind: Kind = { order, meaning: { kind: 'state', state }, look: stateLooks[state] };
  return state === 'ok' ? { ...kind, alternates: true } : kind;
});
const gapKind = stateKinds[slotStates.indexOf('gap')]!;
const ownedKind: Kind = {
  order: 0,
  meaning: { kind: 'owned' },
  look: { tone: 'text', strength: 0.2 },
  alternates: true,
};
const stillKind: Kind = { ...ownedKind, meaning: { kind: 'still' } };
const movedKind: Kind = {
  order: slotStates.length,
  meaning: { kind: 'moved' },
  look: { tone: 'busy', strength: 0.75 },
};
const unknownKind: Kind = {
  order: slotStates.length,
  rank: -slotStates.length,
  meaning: { kind: 'unknown' },
  look: { tone: 'dim', strength: 0.08, pattern: 'dots', ink: 'dim' },
};

const ofMoves: readonly SlotState[] = ['planned', 'moving', 'halfIn', 'halfOut', 'disputed', 'gap'];
const moveKinds = slotStates.map((state, code) => (ofMoves.includes(state) ? stateKinds[code]! : stillKind));

const hues: readonly Tone[] = ['busy', 'orange', 'purple', 'ok', 'warning'];

function ownerKinds({ owners }: SlotModel): Kind[] {
  if (owners.length > MOST_HUES) return owners.map(() => ownedKind);
  return owners.map((_, index) => ({
    order: index - owners.length,
    meaning: { kind: 'owner', index },
    look: { tone: hues[index % hues.length]!, strength: index < hues.length ? 0.6 : 0.3 },
  }));
}

function figureKinds({ bounds }: FigureLevels): Kind[] {
  return bounds.map((most, level) => ({
    order: level - bounds.length,
    meaning: { kind: 'figure', least: level === 0 ? 0 : bounds[level - 1]! + 1, most },
    look:
      level === 0
        ? { tone: 'text', strength: 0.06 }
        : { tone: 'busy', strength: 0.16 + (0.74 * level) / (bounds.length - 1) },
  }));
}
