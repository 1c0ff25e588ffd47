import type { Sayings } from './gatherSayings';

/**
 * Ids of nodes that answered and list others that answered, none of whom lists them: most often they were replaced while they
 * were down. Also a node that has just begun to meet the others.
 */
export function forgottenViewers({ viewers, subjects }: Sayings): ReadonlySet<string> {
  const candidates = viewers.filter(({ id }, index) =>
    subjects.get(id)!.sayings.every(saying => saying.viewers.every(viewer => viewer === index)),
  );
  const answering = (id: string): boolean => subjects.get(id)?.viewer !== undefined;
  return new Set(
    candidates
      .filter(({ id, view }) => view.lines.some(line => line.id !== id && answering(line.id)))
      .map(({ id }) => id),
  );
}
