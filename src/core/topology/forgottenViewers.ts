import type { Sayings } from './gatherSayings';

/**
 * Ids of nodes that answered, and that most of the answering nodes they list do not list: most often they were replaced while
 * they were down. Two of them may vouch for each other. Also a node that has just begun to meet the others.
 */
export function forgottenViewers({ viewers, subjects }: Sayings): ReadonlySet<string> {
  const listers = new Map(
    viewers.map(({ id }) => [id, new Set(subjects.get(id)!.sayings.flatMap(saying => saying.viewers))] as const),
  );
  const indexes = new Map(viewers.map(({ id }, index) => [id, index]));
  const forgotten = viewers.filter(({ id, view }) => {
    // Whom most others list is forgotten by nobody: the usual case costs nothing.
    const listedBy = listers.get(id)!;
    if (listedBy.size === viewers.length) return false;
    const listed = view.lines.flatMap(line => (line.id === id ? [] : (indexes.get(line.id) ?? [])));
    const knowing = listed.filter(index => listedBy.has(index));
    return listed.length > 0 && knowing.length * 2 < listed.length;
  });
  return new Set(forgotten.map(({ id }) => id));
}
