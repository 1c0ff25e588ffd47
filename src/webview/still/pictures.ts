import type { Snapshot } from '../../shared/pageProtocol';
import { compareSnapshots, type Differences } from './compareSnapshots';
import { differenceMarks, type DifferenceMarks } from './differenceMarks';

/** A picture to draw, with what is otherwise in the one it is compared with. */
export interface ShownPicture {
  snapshot: Snapshot;
  marks?: DifferenceMarks;
}

/** The cluster as it was, against now. */
export const pastPicture = keepLast((then: Snapshot, live: Snapshot): ShownPicture & { differences: Differences } => {
  const differences = compareSnapshots(then, live);
  return { snapshot: then, marks: differenceMarks(differences, 'past'), differences };
});

/** The cluster as it is and as a plan would leave it. What it may be asked for waits until the plan is left. */
export const planPictures = keepLast(
  (live: Snapshot, after: Snapshot): { before: ShownPicture; after: ShownPicture; differences: Differences } => {
    const differences = compareSnapshots(after, live);
    return {
      before: {
        snapshot: { ...live, readOnly: true, still: 'preview' },
        marks: differenceMarks(compareSnapshots(live, after), 'before'),
      },
      after: { snapshot: after, marks: differenceMarks(differences, 'after') },
      differences,
    };
  },
);

/** The banner and the views ask for the same two again and again, and views look whether they got another picture. */
function keepLast<Result>(
  compare: (one: Snapshot, other: Snapshot) => Result,
): (one: Snapshot, other: Snapshot) => Result {
  let last: { one: Snapshot; other: Snapshot; result: Result } | undefined;
  return (one, other) => {
    if (last?.one !== one || last.other !== other) last = { one, other, result: compare(one, other) };
    return last.result;
  };
}
