import type { Disagreement } from '../../topology/types';
import type { CheckEvidence, CheckFinding, CheckLook } from './types';

/** What both looks say, or the only one: news takes a moment to reach everybody, and that is no fault. */
export function lasting<Item>(
  { latest, earlier }: Pick<CheckEvidence, 'latest' | 'earlier'>,
  find: (look: CheckLook) => readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const found = find(latest);
  if (!earlier) return [...found];
  const before = new Set(find(earlier).map(keyOf));
  return found.filter(item => before.has(keyOf(item)));
}

/** Tells a disagreement from another, whatever its wording. */
export function disagreementKey({ kind, nodeIds, slots }: Disagreement): string {
  return [kind, slots?.toString() ?? '', ...[...nodeIds].sort()].join(' ');
}

/** What lasted was there at the first look already. */
export function firstSeenMilliseconds({ latest, earlier }: Pick<CheckEvidence, 'latest' | 'earlier'>): number {
  return (earlier ?? latest).topology.observedAtMilliseconds;
}

/** A finding before it has a time. */
export type Found = Omit<CheckFinding, 'sinceMilliseconds'>;
