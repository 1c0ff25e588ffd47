import * as l10n from '@vscode/l10n';
import type {
  PageNode,
  PageOpenSlots,
  PageSlotFigures,
  SlotFigureName,
  SlotMode,
  Snapshot,
} from '../../shared/pageProtocol';
import { counts } from '../counts';
import { formatBytes, formatCount, formatNumber, formatTenths } from '../formatNumbers';
import { formatAgo } from '../formatTimes';
import { joinFigures, joinParts, labelled } from '../joinWords';
import type { Meaning } from './looks';
import type { SlotState } from './slotModel';
import type { readSelection } from './slotSelection';

/** Every word of the slots view; the rest of the page has its own in strings.ts. */
export const slotStrings = {
  overview: l10n.t('All 16,384 slots; drag over some to see them larger in the map'),
  map: l10n.t('Map of the slots. Arrow keys move, Shift with them selects, Space takes a slot in or out.'),
  nearer: l10n.t('Nearer (+)'),
  farther: l10n.t('Farther (-)'),
  wholeMap: l10n.t('Whole map (0)'),
  mapShows: (first: number, last: number): string => l10n.t('Slots {0}-{1}', first, last),

  modes: l10n.t('Show by colour'),
  modeName: {
    state: l10n.t('State'),
    owner: l10n.t('Owner'),
    keys: l10n.t('Keys'),
    memory: l10n.t('Memory'),
    cpu: l10n.t('CPU'),
    network: l10n.t('Network'),
    migration: l10n.t('Migration'),
  } satisfies Record<SlotMode, string>,
  modeTitle: {
    state: l10n.t('How every slot is'),
    owner: l10n.t('Whose every slot is'),
    keys: l10n.t('How many keys every slot holds'),
    memory: l10n.t('How much memory every slot takes'),
    cpu: l10n.t('How much CPU time every slot took since its server began to count'),
    network: l10n.t('How many bytes went in and out of every slot since its server began to count'),
    migration: l10n.t('Slots on their way'),
  } satisfies Record<SlotMode, string>,

  measuring: {
    keys: l10n.t('Counting keys…'),
    memory: l10n.t('Measuring memory…'),
    cpu: l10n.t('Reading CPU times…'),
    network: l10n.t('Reading traffic…'),
  },
  refresh: l10n.t('Measure again'),
  measured: ({ by, sampled, atMilliseconds }: PageSlotFigures, total: number, nowMilliseconds: number): string =>
    joinFigures([
      l10n.t('{0} in all', slotStrings.figure(by, total)),
      ...(sampled ? [l10n.t('estimated from a sample of keys')] : []),
      l10n.t('as of {0}', formatAgo(Math.max(0, nowMilliseconds - atMilliseconds))),
    ]),
  missing: (masters: readonly string[], reason: string): string =>
    labelled(masters.length === 1 ? masters[0]! : counts.masters(masters.length), reason),
  /** What was left out of a list. */
  more: (count: number): string => l10n.t('and {0} more', count),
  figure: (by: SlotFigureName, value: number): string => {
    switch (by) {
      case 'keys':
        return counts.keys(value);
      case 'cpu':
        if (value < 1000) return l10n.t('{0} µs', value);
        return value < 1_000_000 ? l10n.t('{0} ms', round(value / 1000)) : l10n.t('{0} s', round(value / 1_000_000));
      default:
        return formatBytes(value);
    }
  },
  noFigure: l10n.t('not known'),

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
  meaningWord: {
    moved: l10n.t('moved'),
    owned: l10n.t('owned'),
    still: l10n.t('at rest'),
    unknown: l10n.t('not known'),
  },
  stateWord: {
    ok: l10n.t('ok'),
    planned: l10n.t('will move'),
    moving: l10n.t('moving'),
    suspect: l10n.t('owner suspect'),
    away: l10n.t('owner away'),
    halfIn: l10n.t('half-open, importing only'),
    halfOut: l10n.t('half-open, migrating'),
    failed: l10n.t('owner failed'),
    disputed: l10n.t('disputed'),
    gap: l10n.t('no owner'),
  } satisfies Record<SlotState, string>,
  legend: l10n.t('What the colours mean'),
  next: l10n.t('Go to the next such slot'),
  manyOwners: (owners: number): string =>
    l10n.t('{0} owners: so many hues could not be told apart. Choose one below to see its slots.', owners),
  still: l10n.t('No slot is on its way.'),
  transfer: (from: string, to: string, done: number, total: number): string =>
    l10n.t('{0} → {1}: {2} of {3} moved', from, to, formatNumber(done), counts.slots(total)),

  slotDetail: l10n.t('Slot under the cursor'),
  slot: (slot: number): string => l10n.t('Slot {0}', slot),
  owner: (node: PageNode): string => joinParts([node.address, node.stateText === '' ? undefined : node.stateText]),
  noOwner: l10n.t('no master owns it: commands on its keys fail'),
  saying: ({ direction }: PageOpenSlots, node: string, peer: string): string =>
    direction === 'migrating'
      ? l10n.t('{0} says it goes to {1}', node, peer)
      : l10n.t('{0} says it comes from {1}', node, peer),
  halfOpen: l10n.t('half-open: the other end does not say the same'),
  goesTo: (to: string): string => l10n.t('will go to {0}', to),
  cameFrom: (from: string): string => l10n.t('moved here from {0}', from),
  unlisted: (id: string): string => l10n.t('node {0}, which nobody lists', id.slice(0, 8)),

  slotsField: l10n.t('Slots'),
  slotsPlaceholder: '0-100,5461',
  slotsButton: l10n.t('Select'),
  keyField: l10n.t('Key or {tag}'),
  keyPlaceholder: 'user:{42}:name',
  keyButton: l10n.t('Go'),
  keyFound: (slot: number, owner: string | undefined): string =>
    joinParts([slotStrings.slot(slot), owner ?? slotStrings.nobody]),
  typed: ({ problem, part }: Extract<ReturnType<typeof readSelection>, { problem: string }>): string => {
    switch (problem) {
      case 'empty':
        return l10n.t('Type slots such as 0-100,5461.');
      case 'beyond':
        return l10n.t('“{0}” goes beyond the last slot, 16383.', short(part));
      case 'backwards':
        return l10n.t('“{0}” runs backwards.', short(part));
      case 'unreadable':
        return l10n.t('“{0}” is no slot and no range of slots such as 0-100.', short(part));
    }
  },

  selectionTitle: l10n.t('Selected'),
  nothing: l10n.t('Nothing. Drag over the map, or type slots above.'),
  selected: (count: number, ranges: string): string => labelled(counts.slots(count), ranges),
  ofOwner: (name: string, count: number): string => labelled(name, formatNumber(count)),
  nobody: l10n.t('no owner'),
  move: l10n.t('Move to…'),
  moveTitle: l10n.t('Choose a master and see the plan; nothing moves before it is confirmed'),
  clear: l10n.t('Clear'),
  whyNot: {
    readOnly: l10n.t('This cluster is marked as read-only.'),
    nothing: l10n.t('Nothing is selected.'),
    unowned: l10n.t('No master owns any of these slots, so there is nowhere to take them from: fix the cluster first.'),
    oneMaster: l10n.t('There is no second master that they could go to.'),
  },
  runs: ({ title }: NonNullable<Snapshot['operation']>): string =>
    l10n.t('“{0}” is running: one operation at a time.', title),

  ownersTitle: l10n.t('Owners'),
  ownersCaption: l10n.t('Masters and their slots'),
  columnMaster: l10n.t('Master'),
  columnSlots: l10n.t('Slots'),
  columnCount: l10n.t('Number'),
  columnNotes: l10n.t('State'),
  ownerNotes: (node: PageNode, parts: readonly string[]): string =>
    joinParts([node.stateText, ...parts].filter(part => part !== '')),
  stateCount: (state: SlotState, count: number): string =>
    l10n.t('{0} {1}', formatNumber(count), slotStrings.stateWord[state]),
};

function shortFigure(by: SlotFigureName | undefined, value: number): string {
  return by === undefined || by === 'keys' ? formatCount(value) : slotStrings.figure(by, value);
}

function round(value: number): string {
  return value < 10 ? formatTenths(value) : value.toFixed(0);
}

function short(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
