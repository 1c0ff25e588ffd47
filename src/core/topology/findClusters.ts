import type { Saying, Sayings, Subject } from './gatherSayings';

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
  for (const subject of subjects.values()) {
    for (const saying of subject.sayings) {
      if (!connects(saying)) continue;
      for (const viewer of saying.viewers) join(parents, viewerSubjects[viewer]!, subject.index);
    }
  }

  const groups = new Map<number, Group>();
  for (const subject of subjects.values()) {
    const root = rootOf(parents, subject.index);
    let group = groups.get(root);
    if (!group) groups.set(root, (group = { members: [], viewers: [] }));
    group.members.push(subject);
    if (subject.viewer !== undefined) group.viewers.push(subject.viewer);
  }
  for (const group of groups.values()) group.viewers.sort((a, b) => a - b);
  return [...groups.values()];
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

function join(parents: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parents, a);
  const rootB = rootOf(parents, b);
  if (rootA !== rootB) parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}
