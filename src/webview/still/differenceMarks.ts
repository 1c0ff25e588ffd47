import type { Differences, DifferenceKind, NodeDifference } from './compareSnapshots';
import { joinParts } from '../joinWords';
import { stillStrings, type Viewpoint } from './stillStrings';

/** What stands at a node that is otherwise in the other picture. */
export interface DifferenceMark {
  kind: DifferenceKind;
  /** A codicon. */
  icon: string;
  /** On the picture: the first thing, and how many more. */
  word: string;
  /** All of it. */
  text: string;
}

export type DifferenceMarks = ReadonlyMap<string, DifferenceMark>;

/** By the id of the node. */
export function differenceMarks({ nodes }: Differences, from: Viewpoint): DifferenceMarks {
  return new Map([...nodes].map(([id, difference]) => [id, markOf(difference, from)]));
}

function markOf(difference: NodeDifference, from: Viewpoint): DifferenceMark {
  const [kind, ...more] = difference.kinds;
  const texts = difference.kinds.map(each => stillStrings.difference(each, difference, from));
  const [first] = texts as [string];
  return {
    kind,
    icon: icons[kind],
    word: more.length === 0 ? first : `${first} +${more.length}`,
    text: joinParts(texts),
  };
}

const icons: Record<DifferenceKind, string> = {
  absent: 'remove',
  role: 'arrow-swap',
  master: 'git-merge',
  state: 'pulse',
  slots: 'move',
  address: 'location',
};
