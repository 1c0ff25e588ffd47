import type { ClusterSession, SessionStore } from '../sessions/types';

/** The cluster that is meant, or a whole sentence that says why none is, with what could be asked for instead. */
export function findCluster(
  { sessions }: Pick<SessionStore, 'sessions'>,
  wanted: string | undefined,
): { session: ClusterSession } | { reason: string } {
  if (sessions.length === 0)
    return { reason: 'No cluster is known here. The user can add one: "Redis Cluster: Add a Cluster…".' };
  const names = `The clusters are: ${sessions.slice(0, mostNames).map(nameOf).join(', ')}.`;
  if (wanted === undefined)
    return sessions.length === 1
      ? { session: sessions[0]! }
      : { reason: `There are ${sessions.length} clusters; say which one is meant. ${names}` };
  const [found, another] = [
    sessions.filter(({ definition: { id } }) => id === wanted),
    sessions.filter(({ definition: { name } }) => name === wanted),
    sessions.filter(({ definition: { name } }) => name.toLowerCase() === wanted.toLowerCase()),
  ].find(({ length }) => length > 0) ?? [undefined];
  if (!found) return { reason: `There is no such cluster. ${names}` };
  if (another) return { reason: `More than one cluster has that name; ask by id. ${names}` };
  return { session: found };
}

const mostNames = 50;

function nameOf({ definition: { id, name } }: ClusterSession): string {
  return `"${name}" (id ${id})`;
}
