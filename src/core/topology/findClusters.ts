import type { Saying, Sayings, Subject } from './gatherSayings';
import { groupBy } from './groupBy';

/** Nodes that are connected by who lists whom. */
export interface Group {
  members: Subject[];
  /** Indexes of those that answered, ascending. */
  viewers: number[];
}

/** Splits the subjects into groups that do not know of each other: one per cluster, one per lone node. */
export function findClusters({ viewers, subjects }: Sayings): Group[] {
  const parents = Int32Array.from(subjects.values(), subject => subject.index);
  const viewerSubjects = viewers.map(viewer => subjects.get(viewer.id)!.index);
  const ties = [...subjects.values()].flatMap(({ sayings }) => sayings.filter(connects));
  let apart = subjects.size;
  const tie = (viewer: number, { index }: Subject): void => {
    if (join(parents, viewerSubjects[viewer]!, index)) apart--;
  };
  // The first of a thousand viewers that say the same most often ties all together.
  for (const { viewers, subject } of ties) if (viewers[0] !== undefined) tie(viewers[0], subject);
  if (apart > 1) for (const { viewers, subject } of ties) for (const viewer of viewers) tie(viewer, subject);

  const groups = groupBy(subjects.values(), ({ index }) => rootOf(parents, index));
  return [...groups.values()].map(groupOf);
}

// A node that was reset and lives elsewhere is still listed, without an address, where it came from: that is no tie.
function connects({ line, subject }: Saying): boolean {
  return subject.viewer === undefined || !line.flags.includes('noaddr');
}

function rootOf(parents: Int32Array, index: number): number {
  while (parents[index] !== index) {
    parents[index] = parents[parents[index]!]!;
    index = parents[index]!;
  }
  return index;
}

/** Whether they were apart. */
function join(parents: Int32Array, a: number, b: number): boolean {
  const rootA = rootOf(parents, a);
  const rootB = rootOf(parents, b);
  if (rootA === rootB) return false;
  parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  return true;
}

function groupOf(members: Subject[]): Group {
  return { members, viewers: members.flatMap(({ viewer }) => viewer ?? []).sort((a, b) => a - b) };
}
