import type { StillKind } from '../../shared/pageStill';
import type { PageNode } from '../../shared/pageProtocol';
import { countOf } from '../formatNumbers';
import { formatAgo, formatClock } from '../formatTimes';
import { strings } from '../strings';
import type { DifferenceKind, NodeDifference } from './compareSnapshots';

/** From where a difference is told: the past looks at now, what a plan leaves at now, and now at what a plan leaves. */
export type Viewpoint = 'past' | 'after' | 'before';

/** Every word of the past and of plans on the picture. */
export const stillStrings = {
  pastLabel: 'The past',
  previewLabel: 'A plan',
  pastTitle: (shownAt: number, now: number): string =>
    `As it was at ${formatClock(shownAt)} (${formatAgo(now - shownAt)})`,
  pastNote: 'Only to look at: nothing is done from here.',
  backToNow: 'Back to now',
  then: (statusText: string): string => `Then: ${statusText}. Figures of then are not kept.`,
  unseen: (seenUntil: number): string =>
    `Nobody looked at that time: this is how it was seen last, at ${formatClock(seenUntil)}.`,
  differing: (nodes: readonly PageNode[]): string =>
    nodes.length === 0
      ? 'No node differs from now.'
      : `${countOf(nodes.length, 'node differs', 'nodes differ')} from now: ${names(nodes)}. Marked is what ${nodes.length === 1 ? 'it is' : 'they are'} now.`,
  cameSince: (nodes: readonly PageNode[]): string => `Came since: ${names(nodes)}.`,
  asking: 'Looking it up…',

  slider: 'Time',
  sliderTitle: 'Drag to see how it was. ← → step from change to change, Home: the earliest, End: now',
  now: 'now',
  nowLong: 'Now',
  sliderValue: (shownAt: number, now: number): string => `${formatClock(shownAt)}, ${formatAgo(now - shownAt)}`,
  since: (milliseconds: number, now: number): string =>
    `Kept since ${formatClock(milliseconds)} (${formatAgo(now - milliseconds)})`,

  previewTitle: (title: string): string => `Plan: ${title}`,
  previewNote: 'Nothing is done yet.',
  run: (verb: string): string => `${verb}…`,
  runTitle: 'Asks once more, then runs the plan',
  leave: 'Leave the plan',
  outdated: 'The cluster has changed since this plan was made: running it plans anew.',
  changes: (nodes: readonly PageNode[]): string =>
    nodes.length === 0
      ? 'No node changes its role or slots.'
      : `${countOf(nodes.length, 'node changes', 'nodes change')}: ${names(nodes)}.`,
  joins: (nodes: readonly PageNode[]): string => `Join: ${names(nodes)}.`,
  leaves: (nodes: readonly PageNode[]): string => `Gone after it: ${names(nodes)}.`,
  afterwards: (statusText: string, problems: readonly string[]): string =>
    problems.length === 0
      ? `After it: ${statusText}.`
      : `After it: ${[...problems.slice(0, 2), ...(problems.length > 2 ? [`And ${problems.length - 2} more.`] : [])].join(' ')}`,
  sides: 'Picture',
  side: { before: 'Now', after: 'After the plan' },

  refused: {
    past: 'Nothing was done: this is the past. Go back to now first (Esc).',
    preview: 'Nothing was done: a plan is being looked at. Run it or leave it first (Esc).',
  } satisfies Record<StillKind, string>,
  notFromHere: {
    past: 'This is the past: go back to now to move slots.',
    preview: 'A plan is being looked at: run it or leave it first.',
  } satisfies Record<StillKind, string>,
  measuredNow: 'Only how it is now can be measured.',

  difference: (kind: DifferenceKind, difference: NodeDifference, from: Viewpoint): string =>
    words[from](phrase(kind, difference), kind),
  column: 'Differs',
};

const words: Record<Viewpoint, (phrase: string, kind: DifferenceKind) => string> = {
  past: (phrase, kind) => (kind === 'absent' ? 'gone since' : `now ${phrase}`),
  after: (phrase, kind) => (kind === 'absent' ? 'new' : `${kind === 'slots' ? 'had' : 'was'} ${phrase}`),
  before: (phrase, kind) => (kind === 'absent' ? 'leaves' : `will ${kind === 'slots' ? 'have' : 'be'} ${phrase}`),
};

function phrase(kind: DifferenceKind, { other, otherMaster }: NodeDifference): string {
  if (!other) return '';
  switch (kind) {
    case 'absent':
      return '';
    case 'role':
      return other.role === 'replica' && otherMaster !== undefined ? `replica of ${otherMaster}` : strings.role(other);
    case 'master':
      return otherMaster === undefined ? 'without a master' : `replica of ${otherMaster}`;
    case 'state':
      return strings.stateWord[other.state];
    case 'slots':
      return other.slots === '' ? 'no slots' : slotsPhrase(other);
    case 'address':
      return `at ${other.address}`;
  }
}

function slotsPhrase({ slots, slotCount }: PageNode): string {
  return slots.length <= LONGEST_SLOTS ? `slots ${slots}` : countOf(slotCount, 'slot', 'slots');
}

/** Characters; two ranges. */
const LONGEST_SLOTS = 23;

function names(nodes: readonly PageNode[]): string {
  const shown = nodes.slice(0, MOST_NAMED).map(({ name }) => name);
  return nodes.length > MOST_NAMED ? `${shown.join(', ')} and ${nodes.length - MOST_NAMED} more` : shown.join(', ');
}

const MOST_NAMED = 8;
