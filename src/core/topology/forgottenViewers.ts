import type { Sayings } from './gatherSayings';

/**
 * Ids of nodes that answered, and that most of the answering nodes they list do not list: most often they were replaced while
 * they were down. Two of them may vouch for each other. Also a node that has just begun to meet the others.
 */
export function forgottenViewers({ viewers, subjects }: Sayings): ReadonlySet<string> {
  const indexes = new Map(viewers.map(({ id }, index) => [id, index]));
  const forgotten = viewers.filter(({ id, view }) => {
    const { sayings } = subjects.get(id)!;
    // Whom all others list is forgotten by nobody: the usual case costs nothing.
    if (sayings.reduce((sum, saying) => sum + saying.viewers.length, 0) === viewers.length) return false;
    const listedBy = new Set(sayings.flatMap(saying => saying.viewers));
    const listed = view.lines.flatMap(line => (line.id === id ? [] : (indexes.get(line.id) ?? [])));
    const knowing = listed.filter(index => listedBy.has(index));
    return listed.length > 0 && knowing.length * 2 < listed.length;
  });
  return new Set(forgotten.map(({ id }) => id));
}
