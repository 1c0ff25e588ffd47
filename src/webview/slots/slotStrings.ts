import type {
  PageNode,
  PageOpenSlots,
  PageSlotFigures,
  SlotFigureName,
  SlotMode,
  Snapshot,
} from '../../shared/pageProtocol';
import { countOf, formatBytes, formatCount } from '../formatNumbers';
import { formatAgo } from '../formatTimes';
import type { Meaning } from './looks';
import type { SlotState } from './slotModel';
import type { readSelection } from './slotSelection';

/** Every word of the slots view; the rest of the page has its own in strings.ts. */
export const slotStrings = {
  overview: 'All 16,384 slots; drag over some to see them larger in the map',
  map: 'Map of the slots. Arrow keys move, Shift with them selects, Space takes a slot in or out.',
  nearer: 'Nearer (+)',
  farther: 'Farther (-)',
  wholeMap: 'Whole map (0)',
  mapShows: (first: number, last: number): string => `Slots ${first}-${last}`,

  modes: 'Show by colour',
  modeName: {
    state: 'State',
    owner: 'Owner',
    keys: 'Keys',
    memory: 'Memory',
    cpu: 'CPU',
    network: 'Network',
    migration: 'Migration',
  } satisfies Record<SlotMode, string>,
  modeTitle: {
    state: 'How every slot is',
    owner: 'Whose every slot is',
    keys: 'How many keys every slot holds',
    memory: 'How much memory every slot takes',
    cpu: 'How much CPU time every slot took since its server began to count',
    network: 'How many bytes went in and out of every slot since its server began to count',
    migration: 'Slots on their way',
  } satisfies Record<SlotMode, string>,

  measuring: {
    keys: 'Counting keys…',
    memory: 'Measuring memory…',
    cpu: 'Reading CPU times…',
    network: 'Reading traffic…',
  },
  refresh: 'Measure again',
  measured: ({ by, sampled, atMilliseconds }: PageSlotFigures, total: number, nowMilliseconds: number): string =>
    [
      `${slotStrings.figure(by, total)} in all`,
      ...(sampled ? ['estimated from a sample of keys'] : []),
      `as of ${formatAgo(Math.max(0, nowMilliseconds - atMilliseconds))}`,
    ].join(' · '),
  missing: (masters: readonly string[], reason: string): string =>
    `${masters.length === 1 ? masters[0] : `${masters.length} masters`}: ${reason}`,
  /** What was left out of a list. */
  more: (count: number): string => `and ${count} more`,
  figure: (by: SlotFigureName, value: number): string => {
    switch (by) {
      case 'keys':
        return countOf(value, 'key', 'keys');
      case 'cpu':
        return value < 1000
          ? `${value} µs`
          : value < 1_000_000
            ? `${round(value / 1000)} ms`
            : `${round(value / 1_000_000)} s`;
      default:
        return formatBytes(value);
    }
  },
  noFigure: 'not known',

  meaning: (meaning: Meaning, by: SlotFigureName | undefined, ownerName: (index: number) => string): string => {
    switch (meaning.kind) {
      case 'state':
        return slotStrings.stateWord[meaning.state];
      case 'owner':
        return ownerName(meaning.index);
      case 'figure': {
        const { least, most } = meaning;
        if (most === 0) return '0';
        const top = shortFigure(by, most);
        return least === most ? top : `${shortFigure(by, least)} – ${top}`;
      }
      default:
        return slotStrings.meaningWord[meaning.kind];
    }
  },
  meaningWord: { moved: 'moved', owned: 'owned', still: 'at rest', unknown: 'not known' },
  stateWord: {
    ok: 'ok',
    planned: 'will move',
    moving: 'moving',
    suspect: 'owner suspect',
    away: 'owner away',
    halfIn: 'half-open, importing only',
    halfOut: 'half-open, migrating',
    failed: 'owner failed',
    disputed: 'disputed',
    gap: 'no owner',
  } satisfies Record<SlotState, string>,
  legend: 'What the colours mean',
  next: 'Go to the next such slot',
  manyOwners: (owners: number): string =>
    `${owners} owners: so many hues could not be told apart. Choose one below to see its slots.`,
  still: 'No slot is on its way.',
  transfer: (from: string, to: string, done: number, total: number): string =>
    `${from} → ${to}: ${done.toLocaleString('en')} of ${countOf(total, 'slot', 'slots')} moved`,

  slotDetail: 'Slot under the cursor',
  slot: (slot: number): string => `Slot ${slot}`,
  owner: (node: PageNode): string =>
    node.stateText === node.role ? node.address : `${node.address}, ${node.stateText}`,
  noOwner: 'no master owns it: commands on its keys fail',
  saying: ({ direction }: PageOpenSlots, node: string, peer: string): string =>
    direction === 'migrating' ? `${node} says it goes to ${peer}` : `${node} says it comes from ${peer}`,
  halfOpen: 'half-open: the other end does not say the same',
  goesTo: (to: string): string => `will go to ${to}`,
  cameFrom: (from: string): string => `moved here from ${from}`,
  unlisted: (id: string): string => `node ${id.slice(0, 8)}, which nobody lists`,

  slotsField: 'Slots',
  slotsPlaceholder: '0-100,5461',
  slotsButton: 'Select',
  keyField: 'Key or {tag}',
  keyPlaceholder: 'user:{42}:name',
  keyButton: 'Go',
  keyFound: (slot: number, owner: string | undefined): string => `Slot ${slot}, ${owner ?? 'no owner'}`,
  typed: ({ problem, part }: Extract<ReturnType<typeof readSelection>, { problem: string }>): string => {
    switch (problem) {
      case 'empty':
        return 'Type slots such as 0-100,5461.';
      case 'beyond':
        return `“${short(part)}” goes beyond the last slot, 16383.`;
      case 'backwards':
        return `“${short(part)}” runs backwards.`;
      case 'unreadable':
        return `“${short(part)}” is no slot and no range of slots such as 0-100.`;
    }
  },

  selectionTitle: 'Selected',
  nothing: 'Nothing. Drag over the map, or type slots above.',
  selected: (count: number, ranges: string): string => `${countOf(count, 'slot', 'slots')}: ${ranges}`,
  ofOwner: (name: string, count: number): string => `${name}: ${count.toLocaleString('en')}`,
  nobody: 'no owner',
  move: 'Move to…',
  moveTitle: 'Choose a master and see the plan; nothing moves before it is confirmed',
  clear: 'Clear',
  whyNot: {
    readOnly: 'This cluster is marked as read-only.',
    nothing: 'Nothing is selected.',
    unowned: 'No master owns any of these slots, so there is nowhere to take them from: fix the cluster first.',
    oneMaster: 'There is no second master that they could go to.',
  },
  runs: ({ title }: NonNullable<Snapshot['operation']>): string => `“${title}” is running: one operation at a time.`,

  ownersTitle: 'Owners',
  ownersCaption: 'Masters and their slots',
  columnMaster: 'Master',
  columnSlots: 'Slots',
  columnCount: 'Number',
  columnNotes: 'State',
  ownerNotes: (node: PageNode, parts: readonly string[]): string => [node.stateText, ...parts].join(', '),
  stateCount: (state: SlotState, count: number): string =>
    `${count.toLocaleString('en')} ${slotStrings.stateWord[state]}`,
};

function shortFigure(by: SlotFigureName | undefined, value: number): string {
  return by === undefined || by === 'keys' ? formatCount(value) : slotStrings.figure(by, value);
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

function short(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
