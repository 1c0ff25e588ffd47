import * as l10n from '@vscode/l10n';
import type { StillKind } from '../../shared/pageStill';
import type { PageNode } from '../../shared/pageProtocol';
import { counts } from '../counts';
import { formatNumber } from '../formatNumbers';
import { formatAgo, formatClock } from '../formatTimes';
import { joinNames, joinParts } from '../joinWords';
import { strings } from '../strings';
import type { DifferenceKind, NodeDifference } from './compareSnapshots';

/** From where a difference is told: the past looks at now, what a plan leaves at now, and now at what a plan leaves. */
export type Viewpoint = 'past' | 'after' | 'before';

/** Every word of the past and of plans on the picture. */
export const stillStrings = {
  pastLabel: l10n.t('The past'),
  previewLabel: l10n.t('A plan'),
  pastTitle: (shownAt: number, now: number): string =>
    l10n.t('As it was at {0} ({1})', formatClock(shownAt), formatAgo(now - shownAt)),
  pastNote: l10n.t('Only to look at: nothing is done from here.'),
  backToNow: l10n.t('Back to now'),
  then: (statusText: string): string => l10n.t('Then: {0}. Figures of then are not kept.', statusText),
  unseen: (seenUntil: number): string =>
    l10n.t('Nobody looked at that time: this is how it was seen last, at {0}.', formatClock(seenUntil)),
  differing: (nodes: readonly PageNode[]): string => {
    if (nodes.length === 0) return l10n.t('No node differs from now.');
    return nodes.length === 1
      ? l10n.t('1 node differs from now: {0}. Marked is what it is now.', names(nodes))
      : l10n.t(
          '{0} nodes differ from now: {1}. Marked is what they are now.',
          formatNumber(nodes.length),
          names(nodes),
        );
  },
  cameSince: (nodes: readonly PageNode[]): string => l10n.t('Came since: {0}.', names(nodes)),

  slider: l10n.t('Time'),
  sliderTitle: l10n.t('Drag to see how it was. ← → step from change to change, Home: the earliest, End: now'),
  nowLong: l10n.t('Now'),
  sliderValue: (shownAt: number, now: number): string => joinParts([formatClock(shownAt), formatAgo(now - shownAt)]),
  since: (milliseconds: number, now: number): string =>
    l10n.t('Kept since {0} ({1})', formatClock(milliseconds), formatAgo(now - milliseconds)),

  previewTitle: (title: string): string => l10n.t('Plan: {0}', title),
  previewNote: l10n.t('Nothing is done yet.'),
  run: (verb: string): string => `${verb}…`,
  runTitle: l10n.t('Asks once more, then runs the plan'),
  leave: l10n.t('Leave the plan'),
  outdated: l10n.t('The cluster has changed since this plan was made: running it plans anew.'),
  changes: (nodes: readonly PageNode[]): string => {
    if (nodes.length === 0) return l10n.t('No node changes its role or slots.');
    return nodes.length === 1
      ? l10n.t('1 node changes: {0}.', names(nodes))
      : l10n.t('{0} nodes change: {1}.', formatNumber(nodes.length), names(nodes));
  },
  joins: (nodes: readonly PageNode[]): string => l10n.t('Join: {0}.', names(nodes)),
  leaves: (nodes: readonly PageNode[]): string => l10n.t('Gone after it: {0}.', names(nodes)),
  /** `problems`: whole sentences. */
  afterwards: (statusText: string, problems: readonly string[]): string => {
    if (problems.length === 0) return l10n.t('After it: {0}.', statusText);
    const told = problems.slice(0, 2).join(' ');
    return problems.length > 2
      ? l10n.t('After it: {0} And {1} more.', told, problems.length - 2)
      : l10n.t('After it: {0}', told);
  },
  side: { before: l10n.t('Now'), after: l10n.t('After the plan') },

  refused: {
    past: l10n.t('Nothing was done: this is the past. Go back to now first (Esc).'),
    preview: l10n.t('Nothing was done: a plan is being looked at. Run it or leave it first (Esc).'),
  } satisfies Record<StillKind, string>,
  notFromHere: {
    past: l10n.t('This is the past: go back to now to move slots.'),
    preview: l10n.t('A plan is being looked at: run it or leave it first.'),
  } satisfies Record<StillKind, string>,
  measuredNow: l10n.t('Only how it is now can be measured.'),

  difference: (kind: DifferenceKind, { other, otherMaster }: NodeDifference, from: Viewpoint): string => {
    if (!other || kind === 'absent') return absent[from];
    switch (kind) {
      case 'role':
        return is[from](
          other.role === 'replica' && otherMaster !== undefined ? replicaOf(otherMaster) : strings.role(other),
        );
      case 'master':
        return is[from](otherMaster === undefined ? l10n.t('without a master') : replicaOf(otherMaster));
      case 'state':
        return is[from](strings.stateWord[other.state]);
      case 'slots':
        return other.slots === '' ? hasNoSlots[from] : has[from](slotsPhrase(other));
      case 'address':
        return is[from](l10n.t('at {0}', other.address));
    }
  },
};

const absent: Record<Viewpoint, string> = {
  past: l10n.t('gone since'),
  after: l10n.t('new'),
  before: l10n.t('leaves'),
};

const is: Record<Viewpoint, (what: string) => string> = {
  past: what => l10n.t('now {0}', what),
  after: what => l10n.t('was {0}', what),
  before: what => l10n.t('will be {0}', what),
};

const has: Record<Viewpoint, (slots: string) => string> = {
  past: slots => l10n.t('now {0}', slots),
  after: slots => l10n.t('had {0}', slots),
  before: slots => l10n.t('will have {0}', slots),
};

const hasNoSlots: Record<Viewpoint, string> = {
  past: l10n.t('now no slots'),
  after: l10n.t('had no slots'),
  before: l10n.t('will have no slots'),
};

function replicaOf(master: string): string {
  return l10n.t('replica of {0}', master);
}

function slotsPhrase({ slots, slotCount }: PageNode): string {
  return slots.length <= LONGEST_SLOTS ? strings.slots(slots) : counts.slots(slotCount);
}

/** Characters; two ranges. */
const LONGEST_SLOTS = 23;

function names(nodes: readonly PageNode[]): string {
  const shown = joinNames(nodes.slice(0, MOST_NAMED).map(({ name }) => name));
  return nodes.length > MOST_NAMED ? l10n.t('{0} and {1} more', shown, nodes.length - MOST_NAMED) : shown;
}

const MOST_NAMED = 8;
