import type { Snapshot } from '../../shared/pageProtocol';
import type { StillKind } from '../../shared/pageStill';
import { compareSnapshots, type Differences } from './compareSnapshots';
import { differenceMarks, type DifferenceMarks } from './differenceMarks';

/** A picture to draw, with what is otherwise in the one it is compared with. */
export interface ShownPicture {
  snapshot: Snapshot;
  marks?: DifferenceMarks;
}

/** The cluster as it was, against now. */
export function pastPicture(then: Snapshot, live: Snapshot): ShownPicture & { differences: Differences } {
  const differences = compareSnapshots(then, live);
  return { snapshot: then, marks: differenceMarks(differences, 'past'), differences };
}

/** The cluster as it is and as a plan would leave it. What it may be asked for waits until the plan is left. */
export function planPictures(
  live: Snapshot,
  after: Snapshot,
): { before: ShownPicture; after: ShownPicture; differences: Differences } {
  const differences = compareSnapshots(after, live);
  return {
    before: { snapshot: frozen(live, 'preview'), marks: differenceMarks(compareSnapshots(live, after), 'before') },
    after: { snapshot: after, marks: differenceMarks(differences, 'after') },
    differences,
  };
}

const frozenSnapshots = new WeakMap<Snapshot, Snapshot>();

/** The same object for the same picture: views look whether they got another one. */
function frozen(snapshot: Snapshot, still: StillKind): Snapshot {
  const known = frozenSnapshots.get(snapshot) ?? { ...snapshot, readOnly: true, still };
  frozenSnapshots.set(snapshot, known);
  return known;
}
